"""How code is written here. Every rule says why, and is tried on an offender of its own."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import PurePath

import pytest

from tests.architecture.sources import Source, product, read

LONGEST = 400
HTTP_CLIENTS = {"httpx", "requests", "urllib3", "aiohttp", "http.client", "urllib.request"}
WAY_OUT = {"channels/http.py", "channels/deadline.py"}
OTHER_CALLERS = {
    "kitchen/supervisor.py",  # asks its own children whether they are ready
    "channels/sandbox/callbacks.py",  # is a platform that calls us
}
DEEDS = {"environ", "getenv", "create_engine", "Database", "Redis", "Flask", "Thread", "Popen"}
"""What touches the world, or prepares to, when it is called while a module is imported."""
RUN_BY_NAME = {"kitchen/migrations/env.py"}
"""Files that their tool runs rather than imports."""
NOTHING_NAMES = {"util", "utils", "helper", "helpers", "common", "misc"}
QUEUEING = {"enqueue", "enqueue_call", "enqueue_at", "enqueue_in", "enqueue_many", "parse_args"}

Rule = Callable[[Source], Iterator[str]]


def only_the_database_commits(source: Source) -> Iterator[str]:
    """One unit of work at the edge: a commit in between would let half a deed stand."""
    if source.path != "kitchen/core/db.py":
        for call in source.calls("commit"):
            yield source.at(call)


def only_the_workflow_moves_a_state(source: Source) -> Iterator[str]:
    """A state set by hand has passed no check, left no trace in the audit and told nobody."""
    if source.path.startswith("kitchen/") and source.path != "kitchen/core/workflow.py":
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(one, ast.Attribute) and one.attr == "state" for one in targets):
                    yield source.at(node)


def no_import_inside_a_function(source: Source) -> Iterator[str]:
    """Hidden imports hide cycles and move failures from the start to some later night."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for statement, name in source.imports(node):
                yield f"{source.at(statement)} {name}"


def nothing_happens_in_a_package_file(source: Source) -> Iterator[str]:
    """`__init__.py` imports none of ours: reaching one module must not set others going."""
    if source.path.endswith("__init__.py"):
        for node in source.tree.body:
            if not _is_docstring(node) and not _names_a_constant(node):
                yield source.at(node)


def nothing_happens_at_import(source: Source) -> Iterator[str]:
    """No environment, connection, thread or process at import: settings are handed in."""
    if source.path in RUN_BY_NAME or source.path.endswith("__main__.py"):
        return
    made_here = {target for node in source.tree.body for target in _targets(node)}
    for node in source.tree.body:
        if isinstance(node, ast.Expr) and not (
            _is_docstring(node) or _fills_a_table(node.value, made_here)
        ):
            yield source.at(node)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr) and _called(node) & DEEDS:
            yield source.at(node)


def every_module_is_named_by_meaning(source: Source) -> Iterator[str]:
    """A module called utils is a drawer that everything falls into and nothing is found in."""
    if NOTHING_NAMES & {PurePath(part).stem for part in PurePath(source.path).parts}:
        yield source.path


def one_http_client(source: Source) -> Iterator[str]:
    """channels/http.py alone sorts answers by what may have happened; no call goes round it."""
    if source.path in WAY_OUT or source.path in OTHER_CALLERS:
        return
    for statement, name in source.imports():
        if any(name == client or name.startswith(f"{client}.") for client in HTTP_CLIENTS):
            yield f"{source.at(statement)} {name}"


def no_retry_on_a_job(source: Source) -> Iterator[str]:
    """RQ's Retry resends without looking and puts pieces out twice; the database decides."""
    for call in source.calls(*QUEUEING):
        if any(keyword.arg == "retry" for keyword in call.keywords):
            yield source.at(call)
    for statement, name in source.imports():
        if name in {"rq.Retry", "rq.job.Retry"}:
            yield source.at(statement)


def no_pickle(source: Source) -> Iterator[str]:
    """Whoever may write a pickle may run code: jobs and caches speak JSON."""
    for statement, name in source.imports():
        if name.partition(".")[0] in {"pickle", "cloudpickle", "dill", "shelve", "marshal"}:
            yield source.at(statement)


def files_stay_readable(source: Source) -> Iterator[str]:
    """A file longer than 400 lines has more than one meaning."""
    if (lines := source.text.count("\n")) >= LONGEST:
        yield f"{source.path} has {lines} lines"


def every_module_says_what_it_is(source: Source) -> Iterator[str]:
    """The first thing a newcomer reads in a file is what it is for."""
    if not ast.get_docstring(source.tree):
        yield source.path


def rules_are_pure(source: Source) -> Iterator[str]:
    """rules.py takes the standard library, states and the calendar: it is read as a law."""
    if not source.path.endswith("/rules.py"):
        return
    for statement, name in source.imports():
        known = name.partition(".")[0] in sys.stdlib_module_names
        if not known and not name.startswith(("kitchen.core.states", "kitchen.core.workdays")):
            yield f"{source.at(statement)} {name}"


def no_formatting_inside_a_translated_text(source: Source) -> Iterator[str]:
    """A text formatted before it is looked up is in no catalogue: use %(name)s places."""
    for call in source.calls("_", "N_", "gettext", "ngettext", "lazy_gettext"):
        for argument in call.args:
            if isinstance(argument, ast.JoinedStr | ast.BinOp):
                yield source.at(argument)


def _names_a_constant(node: ast.stmt) -> bool:
    """A constant, and the standard library's words to say it."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] in sys.stdlib_module_names and not node.level
    return isinstance(node, ast.AnnAssign)


def _targets(node: ast.stmt) -> Iterator[str]:
    """The names that a statement gives to something made here."""
    if isinstance(node, ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _fills_a_table(node: ast.expr, made_here: set[str]) -> bool:
    """Whether a method of something made in this file is called, as a blueprint's or a group's."""
    by_method = False
    while isinstance(node, ast.Call | ast.Attribute):
        by_method = by_method or isinstance(node, ast.Attribute)
        node = node.func if isinstance(node, ast.Call) else node.value
    return by_method and isinstance(node, ast.Name) and node.id in made_here


def _names(node: ast.AST) -> set[str]:
    """Every name and attribute that the statement mentions."""
    found = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return found | {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def _called(node: ast.AST) -> set[str]:
    """Every name on the way to something that the statement calls, or looks up by key."""
    acts = (part for part in ast.walk(node) if isinstance(part, ast.Call | ast.Subscript))
    return {name for act in acts for name in _names(_object_of(act))}


def _object_of(act: ast.Call | ast.Subscript) -> ast.expr:
    return act.func if isinstance(act, ast.Call) else act.value


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


RULES_AND_OFFENDERS: list[tuple[Rule, str, str]] = [
    (only_the_database_commits, "kitchen/leads/service.py", "session.commit()"),
    (only_the_workflow_moves_a_state, "kitchen/leads/service.py", "lead.state = 'new'"),
    (no_import_inside_a_function, "kitchen/app.py", "def f():\n    import json"),
    (no_import_inside_a_function, "kitchen/app.py", "async def f():\n    from json import loads"),
    (nothing_happens_in_a_package_file, "kitchen/leads/__init__.py", "'x'\nfrom . import views"),
    (nothing_happens_at_import, "kitchen/tasks.py", "connect()"),
    (nothing_happens_at_import, "kitchen/tasks.py", "def connect(): ...\nconnect()"),
    (nothing_happens_at_import, "kitchen/tasks.py", "HOME = os.environ['HOME']"),
    (nothing_happens_at_import, "kitchen/tasks.py", "redis = Redis.from_url('unix:///x')"),
    (every_module_is_named_by_meaning, "kitchen/leads/utils.py", ""),
    (every_module_is_named_by_meaning, "kitchen/common/dates.py", ""),
    (one_http_client, "channels/weibo.py", "import httpx"),
    (one_http_client, "kitchen/media/service.py", "from urllib.request import urlopen"),
    (no_retry_on_a_job, "kitchen/tasks.py", "queue.enqueue(f, retry=again)"),
    (no_retry_on_a_job, "kitchen/tasks.py", "from rq import Retry"),
    (no_pickle, "kitchen/tasks.py", "import pickle"),
    (files_stay_readable, "kitchen/app.py", "x = 1\n" * LONGEST),
    (every_module_says_what_it_is, "kitchen/app.py", "x = 1"),
    (rules_are_pure, "kitchen/leads/rules.py", "import pydantic"),
    (rules_are_pure, "kitchen/leads/rules.py", "from kitchen.core.db import Base"),
    (no_formatting_inside_a_translated_text, "kitchen/app.py", "_(f'你好{name}')"),
    (no_formatting_inside_a_translated_text, "kitchen/app.py", "N_('你好%s' % name)"),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in RULES_AND_OFFENDERS))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps(rule: Rule) -> None:
    found = [offence for source in product() for offence in rule(source)]
    assert not found, f"{rule.__doc__}\n" + "\n".join(found)


@pytest.mark.parametrize(("rule", "path", "text"), RULES_AND_OFFENDERS)
def test_an_offender_is_found(rule: Rule, path: str, text: str) -> None:
    assert list(rule(read(path, text)))
