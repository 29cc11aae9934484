#!/usr/bin/python3
"""Lets Google's implementation and the Swift one check each other.

  agree.py read FILE              reads messages that Swift wrote; they must be canonical and without unknown fields
  agree.py write FILE COUNT SEED  writes random messages, unknown fields and values among them, for Swift to read
  agree.py twins FOLDER           compares each .binpb in a folder with its readable twin .txtpb
  agree.py twins FOLDER --write   the same, but writes twins that are missing

FILE holds frames: one byte (0 for a JournalEntry, 1 for a WorkMessage, 2 for an Event, 3 for a JournalPage), four bytes
of length with the lowest first, the message. Exits with 1 and a sentence where the implementations disagree.
"""

import importlib.util
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from google.protobuf import text_format
from google.protobuf.descriptor import FieldDescriptor

# The prefixes of golden messages that are not journal entries.
KINDS = {"work-": 1, "event": 2, "page": 3}

PROTOS = pathlib.Path(__file__).resolve().parent


def load_messages():
    """The Python classes, compiled into a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["protoc", f"--proto_path={PROTOS}", f"--python_out={folder}", "shoal.proto"], check=True)
        spec = importlib.util.spec_from_file_location("shoal_pb2", pathlib.Path(folder) / "shoal_pb2.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


def canonical(message):
    return message.SerializeToString(deterministic=True)


def frames(path):
    data = pathlib.Path(path).read_bytes()
    position = 0
    while position < len(data):
        kind, length = struct.unpack_from("<BI", data, position)
        position += 5 + length
        yield kind, data[position - length : position]


def read(path, kinds):
    count = 0
    for count, (kind, data) in enumerate(frames(path), 1):
        message = kinds[kind].FromString(data)
        if canonical(message) != data:
            sys.exit(f"Message {count} is not canonical: {data.hex()}\n{message}")
        message.DiscardUnknownFields()
        if canonical(message) != data:
            sys.exit(f"Message {count} has fields that shoal.proto does not know: {data.hex()}\n{message}")
    print(count)


class RandomMessages:
    """Fills messages with random values of their types, valid or not."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def message(self, kind):
        message = kind()
        self.fill(message)
        return message

    def fill(self, message):
        message.SetInParent()
        for field in message.DESCRIPTOR.fields:
            if field.containing_oneof is None and self.random.random() < 0.8:
                self.set(message, field)
        for oneof in message.DESCRIPTOR.oneofs:
            if self.random.random() < 0.95:
                self.set(message, self.random.choice(oneof.fields))
        if self.random.random() < 0.1:
            message.MergeFromString(self.unknown_field())

    def set(self, message, field):
        if field.label == FieldDescriptor.LABEL_REPEATED:
            for _ in range(self.random.choice([0, 1, 2, 7])):
                self.fill(getattr(message, field.name).add())
        elif field.type == FieldDescriptor.TYPE_MESSAGE:
            self.fill(getattr(message, field.name))
        else:
            setattr(message, field.name, self.scalar(field))

    def scalar(self, field):
        bits = self.random.randrange(64)
        if field.type == FieldDescriptor.TYPE_STRING:
            alphabet = "a0/.-\0é\u0301漢🐟"
            return "".join(self.random.choices(alphabet, k=self.random.choice([0, 1, 5, 64, 127, 128, 300])))
        if field.type == FieldDescriptor.TYPE_BYTES:
            return self.random.randbytes(self.random.choice([0, 1, 5, 127, 128, 300]))
        if field.type == FieldDescriptor.TYPE_ENUM:
            return self.random.choice([0, 1, 2, 3, 99, 2**31 - 1, -1, -(2**31)])
        if field.type == FieldDescriptor.TYPE_UINT32:
            return self.random.getrandbits(min(bits, 32))
        if field.type == FieldDescriptor.TYPE_INT64:
            return self.random.getrandbits(bits) * self.random.choice([1, -1])
        raise TypeError(f"agree.py makes no values of the type of {field.full_name}: teach it")

    def unknown_field(self):
        number = self.random.choice([200, 5_000, 2**29 - 1])
        wire_type, value = self.random.choice([(0, b"\x96\x01"), (1, b"12345678"), (2, b"\x03abc"), (5, b"1234")])
        return varint(number << 3 | wire_type) + value


def varint(value):
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def write(path, count, seed, kinds):
    messages = RandomMessages(seed)
    with open(path, "wb") as file:
        for index in range(count):
            kind = index % len(kinds)
            data = canonical(messages.message(kinds[kind]))
            file.write(struct.pack("<BI", kind, len(data)) + data)
    print(count)


def twins(folder, may_write, kinds):
    files = sorted(pathlib.Path(folder).glob("*.binpb"))
    for file in files:
        kind = next((kinds[index] for word, index in KINDS.items() if file.name.startswith(word)), kinds[0])
        data, twin = file.read_bytes(), file.with_suffix(".txtpb")
        if may_write and not twin.exists():
            twin.write_text(text_format.MessageToString(kind.FromString(data), as_utf8=True), encoding="utf-8")
        if not twin.exists():
            sys.exit(f"{file.name} has no readable twin: run protos/agree.py twins {folder} --write")
        if canonical(text_format.Parse(twin.read_text(encoding="utf-8"), kind())) != data:
            sys.exit(f"{twin.name} does not say what {file.name} says: one of them was changed; restore it.")
    print(len(files))


def main():
    module = load_messages()
    kinds = [module.JournalEntry, module.WorkMessage, module.Event, module.JournalPage]
    match sys.argv[1:]:
        case ["read", path]:
            read(path, kinds)
        case ["write", path, count, seed]:
            write(path, int(count), int(seed), kinds)
        case ["twins", folder, *rest] if rest in ([], ["--write"]):
            twins(folder, bool(rest), kinds)
        case _:
            sys.exit(__doc__)


main()
