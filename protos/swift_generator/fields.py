"""How a field is declared, read and written in Swift."""

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Proto

from .names import property_name, type_name
from .refusal import Refusal

# The type in proto: the type in Swift, the method of the reader and the writer, the default.
SCALARS = {
    Proto.TYPE_INT64: ("Int64", "int64", "0"),
    Proto.TYPE_UINT32: ("UInt32", "uint32", "0"),
    Proto.TYPE_STRING: ("String", "string", '""'),
    Proto.TYPE_BYTES: ("[UInt8]", "octets", "[]"),
}


class Field:
    """One field of a message."""

    def __init__(self, proto, message, package, prefix):
        self.proto = proto
        self.number = proto.number
        self.name = property_name(proto.name)
        self.is_repeated = proto.label == Proto.LABEL_REPEATED
        self.is_message = proto.type == Proto.TYPE_MESSAGE
        self.oneof = message.oneof_decl[proto.oneof_index].name if proto.HasField("oneof_index") else None
        if proto.type in SCALARS:
            self.type, self.word, self.default = SCALARS[proto.type]
        elif proto.type == Proto.TYPE_ENUM:
            self.type, self.word = type_name(proto.type_name, package, prefix), "enumeration"
            self.default = f"{self.type}(number: 0)"
        elif self.is_message:
            self.type, self.word = type_name(proto.type_name, package, prefix), "message"
            self.default = f"{self.type}()"
        else:
            self.refuse(f"its type {Proto.Type.Name(proto.type)} is not generated")
        if proto.proto3_optional:
            self.refuse("`optional` is not generated")
        if self.is_repeated and not self.is_message:
            self.refuse("only messages may be repeated")
        if self.oneof and not self.is_message:
            self.refuse("only messages may stand in a oneof")

    def refuse(self, reason):
        raise Refusal(f"The field {self.proto.name}: {reason}; change the proto file or teach swift_generator.")

    @property
    def wire_type(self):
        return "bytes" if self.is_message or self.word in ("string", "octets") else "varint"

    def declare(self, out):
        if self.is_repeated:
            out.put(f"var {self.name}: [{self.type}] = []")
        elif self.is_message:
            out.put(f"var {self.name}: {self.type}?")
        else:
            out.put(f"var {self.name}: {self.type} = {self.default}")

    def read(self, out):
        """The case for this field. A known number of another wire type is kept as an unknown field.

        A message that is merged with an earlier part of it is taken out meanwhile: with two owners its arrays would be
        copied at each part, and a message of many parts would take hours.
        """
        out.put(f"case ({self.number}, .{self.wire_type}):")
        out.level += 1
        if self.oneof:
            holder = property_name(self.oneof)
            out.put(f"var value = {self.type}()")
            out.put(f"if case .{self.name}(let held)? = {holder} {{")
            out.put("value = held")
            out.put(f"{holder} = nil")
            out.put("}")
            out.put("try reader.message(into: &value)")
            out.put(f"{holder} = .{self.name}(value)")
        elif self.is_repeated:
            out.put(f"try reader.append(to: &{self.name})")
        elif self.is_message:
            out.put(f"var value = {self.name} ?? {self.type}()")
            out.put(f"{self.name} = nil")
            out.put("try reader.message(into: &value)")
            out.put(f"{self.name} = value")
        else:
            out.put(f"{self.name} = try reader.{self.word}()")
        out.level -= 1

    def write(self, out):
        if self.is_repeated:
            out.put(f"for value in {self.name} {{ writer.put({self.number}, message: value) }}")
        elif self.is_message:
            out.put(f"if let {self.name} {{ writer.put({self.number}, message: {self.name}) }}")
        elif self.word in ("string", "octets"):
            out.put(f"if !{self.name}.isEmpty {{ writer.put({self.number}, {self.word}: {self.name}) }}")
        elif self.word == "enumeration":
            out.put(f"if {self.name}.number != 0 {{ writer.put({self.number}, enumeration: {self.name}) }}")
        else:
            out.put(f"if {self.name} != 0 {{ writer.put({self.number}, {self.word}: {self.name}) }}")
