"""The Swift file for a proto file."""

from .comments import Comments
from .declarations import put_enumeration, put_message
from .output import Output
from .refusal import Refusal

MESSAGES_OF_FILE, ENUMERATIONS_OF_FILE = 4, 5


def swift_source(file):
    if file.syntax != "proto3" or file.service or file.extension:
        raise Refusal(f"{file.name}: only proto3 without services and extensions is generated.")
    prefix = file.options.swift_prefix
    comments = Comments(file)
    out = Output()
    out.put("// swift-format-ignore-file")
    out.put(f"// Generated from protos/{file.name} by protos/protoc-gen-shoal: change those and run protos/generate.")
    for index, enumeration in enumerate(file.enum_type):
        out.put()
        put_enumeration(out, enumeration, prefix, comments, [ENUMERATIONS_OF_FILE, index])
    for index, message in enumerate(file.message_type):
        out.put()
        put_message(out, message, file.package, prefix, comments, [MESSAGES_OF_FILE, index])
    return out.text()
