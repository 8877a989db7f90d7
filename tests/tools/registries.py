"""Stands in for what a release asks over HTTP: GitHub's word for a job, and PyPI."""

import base64
import hashlib
import json
import ssl
import subprocess
import threading
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer


class Registries(BaseHTTPRequestHandler):
    """GitHub's word for a job, and PyPI: it exchanges that word for a token, and takes each file once."""

    files = {}  # The name and the checksum of each.

    def do_GET(self):
        if self.path == "/_/oidc/audience":
            self.say({"audience": "pypi"})
        elif self.path == "/simple/action-links/":
            files = [{"filename": name, "url": name, "hashes": {"sha256": sum_}} for name, sum_ in self.files.items()]
            self.say({"meta": {"api-version": "1.0"}, "name": "action-links", "files": files}, "application/vnd.pypi.simple.v1+json")
        elif "audience=pypi" in self.path:
            self.say({"value": "word-for-pypi"})
        else:
            self.say({"value": "token"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0))) if "content-length" in self.headers else self.chunks()
        if self.path == "/_/oidc/mint-token":
            assert json.loads(body) == {"token": "word-for-pypi"}, body
            return self.say({"success": True, "token": "pypi-token"})
        if self.path == "/_/oidc/burn-token":
            return self.say({})
        form = message_from_bytes(b"content-type: " + self.headers["content-type"].encode() + b"\n\n" + body)
        [file] = [part for part in form.get_payload() if part.get_filename()]
        assert self.headers["authorization"] == "Basic " + base64.b64encode(b"__token__:pypi-token").decode()
        assert file.get_filename() not in self.files, f"{file.get_filename()} is uploaded twice"
        self.files[file.get_filename()] = hashlib.sha256(file.get_payload(decode=True)).hexdigest()
        return self.say({})

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def say(self, answer, kind="application/json"):
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def start(folder):
    """Starts one for GitHub, and one for PyPI, which uv asks by https alone. Returns both addresses, and the certificate to trust."""
    identity, pypi = (HTTPServer(("127.0.0.1", 0), Registries) for _ in range(2))
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate]
    for extension in ("basicConstraints=CA:FALSE", "subjectAltName=DNS:localhost"):
        command += ["-addext", extension]
    subprocess.run(command, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    pypi.socket = tls.wrap_socket(pypi.socket, server_side=True)
    for server in (identity, pypi):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{identity.server_port}", f"https://localhost:{pypi.server_port}", certificate
