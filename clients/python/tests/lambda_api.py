"""Lambda's `Invoke` on this machine: each request gets the next answer of a case."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from botocore.config import Config


@contextmanager
def lambda_client(answer):
    """A client of boto3 whose invocations `answer` gets, as JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            said = answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            if said.get("drop"):
                self.close_connection = True
                return
            body = said.get("text", json.dumps(said.get("body"))).encode()
            self.send_response(said["status"])
            for name, member in (("x-amzn-errortype", "error_type"), ("x-amz-function-error", "function_error")):
                if member in said:
                    self.send_header(name, said[member])
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield boto3.client(
            "lambda",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            region_name="eu-west-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )
    finally:
        server.shutdown()
        server.server_close()
