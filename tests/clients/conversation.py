"""A whole conversation over ZeroDesk's chat, by the Python package `websockets`.

The environment names the socket's address, both people's access tokens and the consultation:
ZERODESK_WS, ENTERPRISE, EXPERT, CONSULTATION. Prints one line at the end; any surprise ends it with an error.
"""

import asyncio
import json
import os
import uuid

import websockets

URL, ROOM = os.environ["ZERODESK_WS"], os.environ["CONSULTATION"]


class Client:
    """One socket. Frames that a wait passes over are kept, in order."""

    def __init__(self, socket):
        self.socket, self.kept = socket, []

    @classmethod
    async def open(cls, who):
        socket = await websockets.connect(URL, subprotocols=["zerodesk.v1", "bearer." + os.environ[who]])
        assert socket.subprotocol == "zerodesk.v1", socket.subprotocol
        client = cls(socket)
        welcome = await client.wait(lambda f: f["ev"] == "welcome")
        assert welcome["max_frame_bytes"] == 131072, welcome
        return client

    async def send(self, **frame):
        await self.socket.send(json.dumps(frame))

    async def wait(self, fits):
        for at, frame in enumerate(self.kept):
            if fits(frame):
                return self.kept.pop(at)
        while True:
            frame = json.loads(await asyncio.wait_for(self.socket.recv(), 20))
            if fits(frame):
                return frame
            self.kept.append(frame)

    async def subscribe(self, talk=0, notes=0):
        await self.send(op="subscribe", ref="s", consultation=ROOM, after={"talk": talk, "notes": notes})
        return await self.wait(lambda f: f.get("ref") == "s" and f["ev"] == "subscribed")

    async def say(self, body, stream="talk", client_id=None):
        client_id = client_id or str(uuid.uuid4())
        await self.send(op="send", ref=client_id, consultation=ROOM, stream=stream, client_id=client_id, body=body)
        return await self.wait(lambda f: f["ev"] == "ack" and f["client_id"] == client_id)

    async def hear(self, seq, stream="talk"):
        is_it = lambda f: f["ev"] == "message" and f["stream"] == stream
        message = await self.wait(is_it)
        assert message["seq"] == seq, message
        return message


async def main():
    factory, expert = await Client.open("ENTERPRISE"), await Client.open("EXPERT")
    first = await factory.subscribe()
    assert first["last_seq"] == {"talk": 0} and first["status"] == "active", first
    assert (await expert.subscribe())["last_seq"] == {"talk": 0, "notes": 0}

    for turn in range(50):
        speaker, listener = (factory, expert) if turn % 2 == 0 else (expert, factory)
        body = f"第 {turn} 句 “quoted” \\ 😀 \u0000"[:-1]
        ack = await speaker.say(body)
        assert ack["seq"] == turn + 1 and ack["duplicate"] is False, ack
        heard, echo = await listener.hear(turn + 1), await speaker.hear(turn + 1)
        assert heard == echo and heard["body"] == body, (heard, echo)
        assert heard["sender"]["role"] == ("enterprise" if turn % 2 == 0 else "expert"), heard

    # A repeated send is recognised.
    again = str(uuid.uuid4())
    assert (await factory.say("once", client_id=again))["seq"] == 51
    repeated = await factory.say("once", client_id=again)
    assert repeated["seq"] == 51 and repeated["duplicate"] is True, repeated
    await expert.hear(51)

    # Receipts and typing.
    await expert.send(op="read", consultation=ROOM, stream="talk", seq=51)
    read = await factory.wait(lambda f: f["ev"] == "read")
    assert (read["consultation"], read["stream"], read["seq"]) == (ROOM, "talk", 51), read
    await expert.send(op="typing", consultation=ROOM)
    assert (await factory.wait(lambda f: f["ev"] == "typing"))["consultation"] == ROOM

    # Notes have a count of their own, and the enterprise learns nothing of them.
    assert (await expert.say("only among us", stream="notes"))["seq"] == 1
    await expert.hear(1, "notes")
    await factory.send(op="send", ref="n", consultation=ROOM, stream="notes", client_id=str(uuid.uuid4()), body="x")
    assert (await factory.wait(lambda f: f.get("ref") == "n"))["problem"]["status"] == 404

    # A malformed frame affects nothing else.
    await factory.socket.send("{")
    assert (await factory.wait(lambda f: f["ev"] == "error"))["problem"]["status"] in (400, 422)

    # Messages missed while disconnected come after reconnecting, in order, once.
    await factory.socket.close()
    for turn in range(51, 71):
        assert (await expert.say(f"missed {turn}"))["seq"] == turn + 1
    factory = await Client.open("ENTERPRISE")
    assert (await factory.subscribe(talk=51))["last_seq"] == {"talk": 71}
    for turn in range(51, 71):
        assert (await factory.hear(turn + 1))["body"] == f"missed {turn}"
    assert (await factory.say("thank you"))["seq"] == 72
    assert (await factory.hear(72))["body"] == "thank you"
    assert not [f for f in factory.kept if f.get("stream") == "notes"], factory.kept

    await factory.send(op="unsubscribe", ref="u", consultation=ROOM)
    await factory.wait(lambda f: f["ev"] == "unsubscribed")
    await factory.socket.close()
    await expert.socket.close()
    print(f"websockets {websockets.__version__}: 72 messages")


asyncio.run(main())
