"""What PostgreSQL reads to answer, under row-level security as the program serves."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import sql

Plan = dict[str, Any]


@contextmanager
def heard(*tables: str) -> Iterator[list[Plan]]:
    """The plans of what is asked of these tables inside, each as it is for these values and as it is kept for any.

    A statement that is prepared may get a plan for the average workspace, with which a large one has to live too.
    """
    found: list[Plan] = []

    def explain(execute: Any, query: str, params: Any, many: bool, context: Any) -> Any:
        if query.startswith(("SELECT", "(SELECT")) and any(table in query for table in tables):
            found.extend(
                _explained(query, params, mode) for mode in ("force_custom_plan", "force_generic_plan")
            )
        return execute(query, params, many, context)

    with connection.execute_wrapper(explain):
        yield found


def _explained(query: str, params: Any, mode: str) -> Plan:
    places = iter(range(1, len(params) + 1))
    numbered = re.sub("%s", lambda _: f"${next(places)}", query)
    with connection.connection.cursor() as cursor:
        values = sql.SQL(", ").join(
            sql.SQL(re.sub("::uuid$", "", sql.Literal(value).as_string(cursor))) for value in params
        )
        cursor.execute(f"SET LOCAL plan_cache_mode = {mode}")
        cursor.execute(f"PREPARE explained AS {numbered}")
        plan = cursor.execute(sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained ({})").format(values))
        (row,) = plan.fetchone()
        cursor.execute("DEALLOCATE explained")
        cursor.execute("SET LOCAL plan_cache_mode = auto")
    explained: Plan = (json.loads(row) if isinstance(row, str) else row)[0]["Plan"]
    return explained


def rows_read(plan: Plan) -> float:
    """How many rows the plan's busiest step gave out or threw away."""
    own: float = plan["Actual Loops"] * (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0))
    return max([own, *(rows_read(one) for one in plan.get("Plans", ()))])
