"""HTTP/1.1 messages on a socket, read whole: as much of them as clients of Lambda and DynamoDB send."""

from typing import BinaryIO, NamedTuple


class Message(NamedTuple):
    start_line: bytes
    body: bytes
    raw: bytes  # as it came, to be passed on


def read(stream: BinaryIO) -> Message | None:
    """The next message, or nothing once the other side has closed."""
    start_line = line = stream.readline()
    raw, length, chunked = [line], 0, False
    while line.strip():
        line = stream.readline()
        raw.append(line)
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        elif name.lower() == b"transfer-encoding":
            chunked = b"chunked" in value.lower()
    if not start_line:
        return None
    body = stream.read(length)
    raw.append(body)
    while chunked:
        size = stream.readline()
        chunk = stream.read(int(size, 16))
        raw += [size, chunk, stream.readline()]
        body += chunk
        chunked = bool(chunk)
    return Message(start_line, body, b"".join(raw))
