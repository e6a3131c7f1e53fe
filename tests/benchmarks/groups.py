"""What is measured beside what, and the bars of each group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apikeys.tokens import new_token
from tests.benchmarks import compare, load, report
from tests.benchmarks.load import Case
from tests.benchmarks.measure import Bench, Figures
from tests.benchmarks.processes import Server
from tests.benchmarks.report import at_least, at_most

PRODUCT = "Your HR Toolkit"
API_KEY = "DRF + djangorestframework-api-key"
KNOX = "DRF + django-rest-knox"
NINJA = "django-ninja"
DEFAULT = "constant bytes, default middleware"
BARE = "constant bytes, no middleware"

API = "/api/external"
FLOODED = "limited"
"""The server with the product's limits."""
KEYS_IN_TURN = 300
UNKNOWN_KEYS = 2_000
MEMORY_LOOKS = 5
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Groups:
    """Everything the groups share."""

    bench: Bench
    servers: Mapping[int | str, Server]
    """By the number of their keys; the one with many employees; and FLOODED."""
    data: Mapping[str, Any]

    @property
    def server(self) -> Server:
        """The one on which the peers are compared."""
        return self.servers[min(n for n in self.servers if isinstance(n, int))]

    @property
    def key(self) -> str:
        """A key of the product's."""
        value: str = self.data["keys"][0]
        return value

    def peers(self, path: str) -> list[Case]:
        """Return the same question to the product and to each peer."""
        return [
            Case(PRODUCT, f"{API}/{path}", [self.key]),
            Case(API_KEY, f"/peers/drf-api-key/{path}", [self.data["api_key"]]),
            Case(KNOX, f"/peers/drf-knox/{path}", [self.data["knox"]]),
            Case(NINJA, f"/peers/ninja/{path}", [self.key]),
        ]

    def measure(self, title: str, cases: Sequence[Case]) -> list[Figures]:
        """Measure cases on one server, print the table, and return the figures."""
        figures = self.bench.measure([(self.server, case) for case in cases])
        report.table(title, figures)
        return figures

    def employees(self) -> None:
        """Measure the list."""
        cases = self.peers("employees")
        number = compare.check(self.server, cases)
        cases += [
            Case(DEFAULT, "/peers/constant/list"),
            Case(BARE, "/bare/list"),
        ]
        size = self.data["sizes"]["list"] / 1000
        figures = self.measure(f"A list of {number} employees, {size:.0f} kB", cases)
        ours, drf, *_ = figures
        report.bars(
            [
                at_least(f"requests/s against {API_KEY}", ours.rate / drf.rate, 6),
                at_least(f"CPU against {API_KEY}", drf.cpu / ours.cpu, 8),
                at_most("queries", ours.queries, 2, unit=""),
            ]
        )

    def employee(self) -> None:
        """Measure one object, and a key that can't be one."""
        cases = self.peers(f"employees/{self.data['employee']}")
        compare.check(self.server, cases)
        cases += [
            Case(DEFAULT, "/peers/constant/object"),
            Case(BARE, "/bare/object"),
            Case(f"{PRODUCT}, malformed key", cases[0].path, ["malformed"], 401),
        ]
        size = self.data["sizes"]["object"]
        figures = self.measure(f"One employee, {size} bytes", cases)
        ours, drf, _, _, _, bare, malformed = figures
        report.bars(
            [
                at_least(f"requests/s against {API_KEY}", ours.rate / drf.rate, 5),
                at_least(f"CPU against {API_KEY}", drf.cpu / ours.cpu, 8),
                at_most(f"CPU against {BARE}", ours.cpu / bare.cpu, 3.3),
                at_most("queries", ours.queries, 2, unit=""),
                at_most(
                    f"malformed key: CPU against {BARE}", malformed.cpu / bare.cpu, 1.5
                ),
                at_most("malformed key: queries", malformed.queries, 0, unit=""),
            ]
        )

    def leave(self) -> None:
        """Measure the list that has more to work out."""
        cases = self.peers("leave/balances?leave_type=annual")[:2]
        number = compare.check(self.server, cases)
        ours, drf = self.measure(f"The leave balances of {number} employees", cases)
        report.bars(
            [
                at_least(f"requests/s against {API_KEY}", ours.rate / drf.rate, 6),
                at_most("queries", ours.queries, 2, unit=""),
            ]
        )

    def keys(self) -> None:
        """Measure the same object with ever more keys."""
        path = f"{API}/employees/{self.data['employee']}"
        numbers = sorted(n for n in self.servers if isinstance(n, int))
        figures = self.bench.measure(
            [
                (self.servers[n], Case(f"{n:,} keys", path, self.data["keys"]))
                for n in numbers
            ]
        )
        title = f"One employee, by {len(self.data['keys'])} keys in turn"
        report.table(title, figures, note="first")
        few, *_, many = figures
        what = f"{many.case.name} against {few.case.name}"
        report.bars(
            [
                at_most(f"{what}: CPU", many.cpu / few.cpu, 1.2),
                at_most(f"{what}: time", few.rate / many.rate, 1.2),
            ]
        )

    def flood(self) -> None:
        """Measure good keys while their own address floods the server with bad ones."""
        server, keys = self.servers[FLOODED], self.data["keys"][:KEYS_IN_TURN]
        path = f"{API}/employees/{self.data['employee']}"
        alone = Case("no flood", path, keys)
        # The server knows them from before the flood.
        load.run(server.port, alone, requests=2 * len(keys))
        floods = {
            "malformed keys": ["malformed"],
            "unknown keys": [new_token().reveal() for _ in range(UNKNOWN_KEYS)],
            "a revoked key": [self.data["revoked"]],
        }
        cases = [alone] + [
            Case(name, path, keys, meanwhile=Case(name, path, bad, status=None))
            for name, bad in floods.items()
        ]
        figures = self.bench.measure([(server, case) for case in cases])
        undisturbed, *flooded = figures
        report.table(f"One employee, by {len(keys)} keys, in a flood of …", figures)
        report.bars(
            [
                at_least(f"{one.case.name}: of all", one.rate / undisturbed.rate, 2 / 3)
                for one in flooded
            ]
        )

    def pages(self) -> None:
        """Measure the first and the last page of many employees."""
        server = self.servers["employees"]
        number, cursor = self.walk(server)
        path = f"{API}/employees?limit=100"
        cases = [
            Case("first page", path, [self.key]),
            Case("last page", f"{path}&cursor={cursor}", [self.key]),
        ]
        figures = self.bench.measure([(server, case) for case in cases])
        report.table(f"100 of {number:,} employees", figures, note="first")
        first, last = figures
        report.bars(
            [
                at_most("last page against first: CPU", last.cpu / first.cpu, 1.2),
                at_most("last page against first: time", first.rate / last.rate, 1.2),
            ]
        )

    def walk(self, server: Server) -> tuple[int, str]:
        """Read all employees; return how many there are and where the last page is."""
        path, number = f"{API}/employees?limit=500", 0
        cursor = found = ""
        while True:
            page = server.get(f"{path}&cursor={cursor}" if cursor else path, self.key)
            body = page.json()
            number += len(body["data"])
            found, cursor = cursor, body["pagination"]["next_cursor"]
            if not cursor:
                return number, found

    def memory(self, requests: int) -> None:
        """Look at the worker's memory while it answers lists."""
        case = self.peers("employees")[0]
        worker = self.server.worker
        report.say("\n== Memory of the worker ==\n")
        sizes = []
        for look in range(MEMORY_LOOKS + 1):
            if look:
                load.run(self.server.port, case, requests=requests // MEMORY_LOOKS)
            sizes.append(worker.memory_info().rss / MEGABYTE)
            done = look * requests // MEMORY_LOOKS
            report.say(f"after {done:9,} more list requests {sizes[-1]:8.1f} MB")
        report.bars([at_most("last against first", sizes[-1] / sizes[0], 1.02)])
