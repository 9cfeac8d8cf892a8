"""The routes of several parts in one app."""

from fastapi import APIRouter, FastAPI

__all__ = ["take_in"]


def take_in(app: FastAPI | APIRouter, *routers: APIRouter) -> None:
    """Let `app` answer on all routes of these routers, just as they were declared.

    `include_router` makes every route, with a validator for each parameter and answer, a second time.
    """
    for router in routers:
        app.routes.extend(router.routes)
