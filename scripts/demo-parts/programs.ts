/**
 * The two programs that an AI client would write, and what must come out, computed here in another way.
 * @module
 */
import type { PublicData } from "./functions.ts";

export interface Program {
	language: "python" | "typescript";
	question: string;
	code: string;
	/** The result, computed from the data without Brig. */
	expected(data: PublicData): unknown;
}

const PYTHON = `from functions import airports, flights, stats

delays = {}
for row in flights.list_flights():
    delays.setdefault(row["origin"], []).append(row["delay"])
busy = {code: stats.summarize(values=d) for code, d in delays.items() if len(d) >= 100}
worst = sorted(busy, key=lambda code: busy[code]["mean"], reverse=True)[:5]
place = {airport["iata"]: airport for airport in airports.lookup(codes=worst)}
result = [
    {"airport": code, "city": place[code]["city"], **busy[code]}
    for code in worst
]
`;

const TYPESCRIPT = `import { airports, flights } from "functions";

interface Flight { origin: string; destination: string; distance: number; delay: number }

const late: Flight[] = await flights.list_flights({ min_delay: 60 });
const routes = new Map<string, Flight[]>();
for (const flight of late) {
	const route = \`\${flight.origin}-\${flight.destination}\`;
	routes.set(route, [...(routes.get(route) ?? []), flight]);
}
const top = [...routes].sort(([a, x], [b, y]) => y.length - x.length || a.localeCompare(b)).slice(0, 5);
const codes = [...new Set(top.flatMap(([route]) => route.split("-")))];
const city = new Map((await airports.lookup({ codes })).map((a) => [a.iata, a.city]));
return {
	flights_an_hour_late: late.length,
	routes: top.map(([route, list]) => ({
		route: route.split("-").map((code) => city.get(code)).join(" to "),
		late: list.length,
		worst_minutes: Math.max(...list.map((flight) => flight.delay)),
	})),
};
`;

export const PROGRAMS: Program[] = [
	{
		language: "python",
		question: "From which busy airports do flights leave the latest?",
		code: PYTHON,
		expected: ({ flights, airports }) =>
			Object.entries(Object.groupBy(flights, (flight) => flight.origin))
				.map(([airport, rows = []]) => {
					const sorted = rows.map((row) => row.delay).toSorted((a, b) => a - b);
					const half = sorted.length / 2;
					return {
						airport,
						city: airports.find((one) => one.iata === airport)?.city,
						count: sorted.length,
						mean: sorted.reduce((sum, delay) => sum + delay, 0) / sorted.length,
						median: ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2,
						p90: sorted[Math.floor(sorted.length * 0.9)],
					};
				})
				.filter((one) => one.count >= 100)
				.sort((a, b) => b.mean - a.mean)
				.slice(0, 5),
	},
	{
		language: "typescript",
		question: "On which routes were most flights more than an hour late?",
		code: TYPESCRIPT,
		expected({ flights, airports }) {
			const late = flights.filter((flight) => flight.delay >= 60);
			const cityOf = (code = "") => airports.find((one) => one.iata === code)?.city;
			const routes = Object.groupBy(late, ({ origin, destination }) => `${origin}-${destination}`);
			return {
				flights_an_hour_late: late.length,
				routes: Object.entries(routes)
					.map(([route, list = []]) => ({ route, list }))
					.sort((a, b) => b.list.length - a.list.length || (a.route < b.route ? -1 : 1))
					.slice(0, 5)
					.map(({ route, list }) => ({
						route: `${cityOf(route.split("-")[0])} to ${cityOf(route.split("-")[1])}`,
						late: list.length,
						worst_minutes: list.reduce((most, flight) => Math.max(most, flight.delay), 0),
					})),
			};
		},
	},
];

/** True when both are the same, numbers to the one decimal that the functions keep. */
export function same(one: unknown, other: unknown): boolean {
	if (typeof one === "number" && typeof other === "number") return Math.abs(one - other) <= 0.0501;
	if (typeof one !== "object" || typeof other !== "object" || !one || !other) return one === other;
	const keys = Object.keys(one);
	return (
		keys.length === Object.keys(other).length &&
		keys.every((key) => same(one[key as keyof typeof one], other[key as keyof typeof other]))
	);
}
