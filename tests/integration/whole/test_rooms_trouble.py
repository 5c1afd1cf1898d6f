"""What coordination hears when rooms fail, and that nothing of it is lost."""

from __future__ import annotations

from tests.crash.rooms_oracle import Talk, quiet
from tests.crash.rooms_world import RoomsWorld
from tests.servers.wait import until

HOUR = 3600


async def test_a_revoked_session_is_told_by_mail_and_a_restart_mends_it(rooms_world: RoomsWorld) -> None:
    world = rooms_world
    room, coordination = await world.room(world.bruno), await world.room()
    world.configure(coordination=coordination)
    await world.start()
    await world.entered(room, coordination)
    await world.synapse.admin.log_out(world.user.user_id)
    refused = "ne reconnaît plus mon compte"
    [told] = await until(lambda: world.mailed("alice", refused), 20, "a word to coordination")
    assert f"{world.synapse.base_url} (Matrix) {refused}" in told
    assert "[matrix]" not in told
    talk = Talk(world)
    await talk.asks(room, world.bruno)
    world.pass_time(2 * HOUR)
    world.mails("bruno", "Question", "!dis toujours là")
    await until(lambda: world.mailed("bruno", "toujours là"), 20, "mail to go on")
    await world.kill()
    await world.start()
    await talk.answered()
    await talk.judge()
    assert len(world.mailed("alice", refused)) == 1


async def test_a_homeserver_that_stays_away_is_told_by_mail(rooms_world: RoomsWorld) -> None:
    world = rooms_world
    room = await world.room(world.bruno)
    world.configure(coordination=room)
    await world.start()
    await world.entered(room)
    talk = Talk(world)
    await talk.asks(room, world.bruno)
    await world.synapse.kill()
    problem = "SELECT 1 FROM meta WHERE name = 'connections' AND value LIKE '%Cannot connect%'"
    await until(lambda: world.rows(problem), 20, "the trouble to be noticed")
    assert world.mailed("alice") == []
    world.pass_time(HOUR)
    [told] = await until(lambda: world.mailed("alice"), 20, "a word to coordination")
    assert "(Matrix) ne répond plus depuis" in told
    await world.synapse.start()
    await talk.asks(room, world.alice)
    await talk.answered()
    await talk.judge()
    world.pass_time(HOUR)
    await quiet(world)
    assert len(world.mailed("alice", "ne répond plus")) == 1


async def test_an_answer_to_a_room_that_we_were_sent_away_from(rooms_world: RoomsWorld) -> None:
    """It is dead, coordination hears of it once, and the other rooms go on."""
    world = rooms_world
    lost = await world.room(world.bruno, name="GT Animation")
    other = await world.room(world.chloe)
    await world.start("posting.claimed=kill@3")  # after two greetings
    await world.entered(lost, other)
    await world.bruno.says(lost, "!dis bonsoir")
    await world.dies("the answer")
    await world.alice.kick(lost, world.user.user_id)
    await world.start()
    [told] = await until(lambda: world.mailed("alice"), 20, "a word to coordination")
    assert "Le salon « GT Animation » ne prend pas un message de moi" in told
    talk = Talk(world)
    await talk.asks(other, world.chloe)
    await talk.answered()
    assert world.rows("SELECT count(*) FROM outbox WHERE state = 'dead'") == [(1,)]
