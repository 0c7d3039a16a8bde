"""The official Python client against a server: python_client.py URL KEY. Prints what it saw as one JSON text."""

import asyncio
import json
import sys
from datetime import timedelta

from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client


async def main(url: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    async with streamablehttp_client(url, headers=headers) as (read, write, _session_id):
        async with ClientSession(read, write) as session:
            started = await session.initialize()
            tools = (await session.list_tools()).tools
            seen = {
                "server": started.serverInfo.name,
                "protocol": started.protocolVersion,
                "instructions": started.instructions,
                "tools": [tool.name for tool in tools],
                "execute": tools[0].description,
            }

            async def run(code: str, language: str) -> dict:
                answer = await session.call_tool(
                    "execute", {"code": code, "language": language}, timedelta(seconds=30)
                )
                text = "\n".join(part.text for part in answer.content)
                return {"isError": answer.isError, "text": text, "structured": answer.structuredContent}

            seen["ok"] = await run("from functions import numbers\nsum(numbers.first(count=10))", "python")
            seen["failing"] = await run("1 / 0", "python")
            seen["big"] = await run("2 ** 64", "python")
            seen["parallel"] = await asyncio.gather(
                *(run(f"return {number} * 2", "typescript") for number in range(4))
            )
            progress = []

            async def on_progress(done: float, _total: float | None, _message: str | None) -> None:
                progress.append(done)

            await session.call_tool(
                "execute", {"code": "import time\ntime.sleep(3)"}, progress_callback=on_progress
            )
            seen["progress"] = progress
    print(json.dumps(seen))


asyncio.run(main(*sys.argv[1:]))
