"""The one place that knows the channel layer: this process's hub to the other processes' hubs, and back.

A layer is a hint. What it loses, the hub's re-reading of the database heals; here it is enough to
notice when it has gone quiet (our own heartbeat no longer comes back) and to join it anew.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from presence import measures
from presence.hub import news as wire
from presence.hub.news import Heartbeat, News

logger = logging.getLogger(__name__)

GROUP = "lampfield.hub"
SEND_SECONDS = 5
OUTBOX_LIMIT = 1_000
REJOIN_SECONDS = 1


def layer_between_processes() -> Any | None:
    """The configured layer, or None when it reaches only this process, which needs none."""
    layer = get_channel_layer()
    return None if layer is None or isinstance(layer, InMemoryChannelLayer) else layer


async def send_once(layer: Any, news: News, sender: str) -> None:
    """For a process without a hub."""
    async with asyncio.timeout(SEND_SECONDS):
        await layer.group_send(GROUP, wire.to_wire(news, sender))


class LayerLink:
    """The process's only membership in the layer."""

    def __init__(
        self, layer: Any, sender: str, hear: Callable[[News], None], beat_seconds: float, quiet_limit_seconds: float
    ) -> None:
        self._layer = layer
        self._sender = sender
        self._hear = hear
        self._beat_seconds = beat_seconds
        self._quiet_limit_seconds = quiet_limit_seconds
        self._outbox: asyncio.Queue[News] = asyncio.Queue(OUTBOX_LIMIT)
        self._beaten_at = 0.0
        self.heard_at: float | None = None  # when it last brought back what we had said, by the loop's clock

    def tell(self, news: News) -> None:
        """Never waits: news that finds the outbox full is dropped, as the layer itself might have done."""
        try:
            self._outbox.put_nowait(news)
        except asyncio.QueueFull:
            measures.LAYER_LOST.inc()
            logger.warning("the channel layer takes nothing; dropped %s", type(news).__name__)

    async def run_outbox(self) -> None:
        while True:
            news = await self._next_or_heartbeat()
            try:
                await send_once(self._layer, news, self._sender)
            except Exception:
                measures.LAYER_LOST.inc()
                logger.exception("the channel layer did not take %s", type(news).__name__)

    async def run_inbox(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception:
                logger.exception("the channel layer is out of reach; joining it again")
            await asyncio.sleep(REJOIN_SECONDS)
            await self._forget_connections()

    async def _next_or_heartbeat(self) -> News:
        try:
            async with asyncio.timeout(self._beat_seconds):
                return await self._outbox.get()
        except TimeoutError:
            return self._heartbeat()

    def _heartbeat(self) -> Heartbeat:
        self._beaten_at = asyncio.get_running_loop().time()
        return Heartbeat()

    async def _listen(self) -> None:
        """Returns when the layer has been quiet for too long."""
        clock = asyncio.get_running_loop().time
        channel = await self._layer.new_channel()
        await self._layer.group_add(GROUP, channel)
        self.tell(self._heartbeat())  # at once: whoever waits for this process to be ready waits for its echo
        heard_at = clock()
        while (patience := heard_at + self._quiet_limit_seconds - clock()) > 0:
            try:
                async with asyncio.timeout(patience):
                    message = await self._layer.receive(channel)
            except TimeoutError:
                break
            if message.get("sender") == self._sender:
                heard_at = self._heard_own(message)
            elif (news := wire.from_wire(message)) is not None:
                self._hear(news)
        logger.warning("the channel layer brought nothing of our own back; joining it again")

    def _heard_own(self, message: dict[str, Any]) -> float:
        self.heard_at = asyncio.get_running_loop().time()
        measures.LAYER_HEARD.set_to_current_time()
        if isinstance(wire.from_wire(message), Heartbeat):
            measures.LAYER_TRIP.observe(self.heard_at - self._beaten_at)
        return self.heard_at

    async def _forget_connections(self) -> None:
        """Redis' publish/subscribe layer keeps believing in subscriptions that a restart of Redis has ended."""
        from channels_redis.pubsub import RedisPubSubChannelLayer

        if isinstance(self._layer, RedisPubSubChannelLayer):
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._layer.flush()
            except Exception:
                logger.exception("could not close the channel layer's connections")
