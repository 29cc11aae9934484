"""The Swift for enumerations and messages."""

from .fields import Field
from .names import case_name, nested_type_name, property_name
from .refusal import Refusal

# The field numbers of a descriptor, which form the paths to comments.
FIELDS_OF_MESSAGE, ONEOFS_OF_MESSAGE, VALUES_OF_ENUMERATION = 2, 8, 2


def put_enumeration(out, proto, prefix, comments, path):
    cases = [(case_name(value.name, proto.name), value.number) for value in proto.value]
    comments.put(path, out)
    out.put(f"enum {prefix}{proto.name}: OpenEnumeration {{")
    for index, (name, _) in enumerate(cases):
        comments.put([*path, VALUES_OF_ENUMERATION, index], out)
        out.put(f"case {name}")
    out.put("/// A value of a newer version.")
    out.put("case unrecognized(Int32)")
    out.put()
    out.put("init(number: Int32) {")
    out.put("switch number {")
    for name, number in cases:
        out.put(f"case {number}: self = .{name}")
    out.put("default: self = .unrecognized(number)")
    out.put("}")
    out.put("}")
    out.put()
    out.put("var number: Int32 {")
    out.put("switch self {")
    for name, number in cases:
        out.put(f"case .{name}: {number}")
    out.put("case .unrecognized(let number): number")
    out.put("}")
    out.put("}")
    out.put("}")


def put_message(out, proto, package, prefix, comments, path):
    if proto.nested_type or proto.enum_type:
        raise Refusal(f"{proto.name}: messages within messages and maps are not generated; declare them beside it.")
    fields = [Field(field, proto, package, prefix) for field in proto.field]
    comments.put(path, out)
    out.put(f"struct {prefix}{proto.name}: GeneratedMessage {{")
    put_properties(out, proto, fields, comments, path)
    for oneof in proto.oneof_decl:
        put_oneof(out, oneof.name, fields, comments, path)
    out.put()
    put_reading(out, fields)
    out.put()
    put_writing(out, fields)
    out.put("}")


def put_properties(out, proto, fields, comments, path):
    for index, field in enumerate(fields):
        if not field.oneof:
            comments.put([*path, FIELDS_OF_MESSAGE, index], out)
            field.declare(out)
    for index, oneof in enumerate(proto.oneof_decl):
        comments.put([*path, ONEOFS_OF_MESSAGE, index], out)
        out.put(f"var {property_name(oneof.name)}: {nested_type_name(oneof.name)}?")
    out.put("/// Fields that this version does not know, as they came.")
    out.put("var unknownFields: [UInt8] = []")


def put_oneof(out, name, fields, comments, path):
    out.put()
    out.put(f"enum {nested_type_name(name)}: Hashable, Sendable {{")
    for index, field in enumerate(fields):
        if field.oneof == name:
            comments.put([*path, FIELDS_OF_MESSAGE, index], out)
            out.put(f"case {field.name}({field.type})")
    out.put("}")


def put_reading(out, fields):
    out.put("mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {")
    out.put("while let tag = try reader.nextTag() {")
    out.put("switch (tag.number, tag.type) {")
    for field in fields:
        field.read(out)
    out.put("default: try reader.keep(tag, in: &unknownFields)")
    out.put("}")
    out.put("}")
    out.put("}")


def put_writing(out, fields):
    out.put("func encode(to writer: inout FieldWriter) {")
    written = set()
    for field in sorted(fields, key=lambda field: field.number):
        if not field.oneof:
            field.write(out)
        elif field.oneof not in written:
            written.add(field.oneof)
            put_writing_of_oneof(out, field.oneof, fields)
    out.put("writer.put(unknownFields: unknownFields)")
    out.put("}")


def put_writing_of_oneof(out, name, fields):
    """Placed at its lowest number; no other field may have a number between its own."""
    members = [field for field in fields if field.oneof == name]
    numbers = [field.number for field in members]
    if any(min(numbers) < field.number < max(numbers) for field in fields if field.oneof != name):
        raise Refusal(f"The oneof {name}: another field's number lies between its numbers; give it one outside.")
    out.put(f"switch {property_name(name)} {{")
    for field in members:
        out.put(f"case .{field.name}(let value): writer.put({field.number}, message: value)")
    out.put("case nil: break")
    out.put("}")
