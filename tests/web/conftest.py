"""Boréal, its people, and a client for each of them."""

from collections.abc import Callable

import pytest
from django.test import Client

import server_world
from server_world import World


@pytest.fixture
def world(db: None) -> World:
    return server_world.world()


@pytest.fixture
def signed_in(world: World) -> Callable[[str], Client]:
    """A client in which somebody is signed in; nobody for `anonymous`."""

    def client(name: str) -> Client:
        made = Client()
        if name != "anonymous":
            made.force_login(world.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return made

    return client
