"""``python -m channels.sandbox --port N --home DIR``: the sandbox alone, on this machine only."""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from channels.sandbox.app import create_sandbox


class Quiet(WSGIRequestHandler):
    """Serves without a line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def main() -> None:
    """Serve until interrupted; the first line printed is the address."""
    parser = argparse.ArgumentParser(prog="python -m channels.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--home", type=Path, required=True, help="where the state is kept")
    parser.add_argument("--domain", action="append", default=[], help="a further bound host")
    chosen = parser.parse_args()
    with socket.create_server(("127.0.0.1", chosen.port), backlog=512) as listener:
        port = listener.getsockname()[1]
        base = f"http://127.0.0.1:{port}"
        app = create_sandbox(chosen.home, base, bound_domains=chosen.domain)
        server = make_server(
            "127.0.0.1",
            port,
            app,
            threaded=True,
            request_handler=Quiet,
            fd=listener.fileno(),
        )
        sys.stdout.write(f"{base}\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()


if __name__ == "__main__":
    main()
