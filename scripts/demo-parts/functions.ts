/**
 * The three hosted functions of the demo, with the public data written into their sources.
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Flight {
	date: string;
	delay: number;
	distance: number;
	origin: string;
	destination: string;
}
export interface Airport {
	iata: string;
	name: string;
	city: string;
	state: string;
}

/** Public data: US flights of early 2001 (Bureau of Transportation Statistics) and US airports (Data.gov). */
export interface PublicData {
	flights: Flight[];
	airports: Airport[];
	/** The flights as JSON text, as a plain tool would send them. */
	flightsJson: string;
}

/** A function as a user would have it in a file of their own. */
export interface Source {
	/** `service.function` */
	name: string;
	file: string;
	text: string;
}

export function readData(folder: string): PublicData {
	const flights = JSON.parse(readFileSync(join(folder, "flights-10k.json"), "utf8")) as Flight[];
	const [, ...lines] = readFileSync(join(folder, "airports.csv"), "utf8").trim().split("\n");
	const airports = lines.map((line) => {
		// A name may hold a comma, in quotes; the last three fields are numbers and a country.
		const cells = [...line.matchAll(/"([^"]*)"|([^,]+)|(?<=,)(?=,)/g)].map(
			([, quoted, plain]) => quoted ?? plain ?? "",
		);
		const [iata = "", name = "", city = "", state = ""] = cells;
		return { iata, name, city, state };
	});
	return { flights, airports, flightsJson: JSON.stringify(flights) };
}

const LIST_FLIGHTS = (rows: string) => `import json

ROWS = json.loads(r'''${rows}''')


def list_flights(origin: str | None = None, min_delay: int | None = None) -> list[dict]:
    """List US flights of January to March 2001: date, delay (minutes), distance (miles), origin, destination."""
    return [
        row
        for row in ROWS
        if (origin is None or row["origin"] == origin) and (min_delay is None or row["delay"] >= min_delay)
    ]
`;

const LOOKUP = (airports: string) => `interface Airport {
	iata: string;
	name: string;
	city: string;
	state: string;
}

const AIRPORTS: Airport[] = JSON.parse(${airports});
const BY_CODE = new Map(AIRPORTS.map((airport) => [airport.iata, airport]));

/** Look up US airports by their IATA codes; unknown codes are left out. */
export default function lookup(input: { codes: string[] }): Airport[] {
	return input.codes.flatMap((code) => BY_CODE.get(code) ?? []);
}
`;

const SUMMARIZE = `import statistics


def summarize(values: list[float]) -> dict:
    """Count, mean, median and 90th percentile of numbers."""
    ordered = sorted(values)
    return {
        "count": len(ordered),
        "mean": round(statistics.fmean(ordered), 1),
        "median": statistics.median(ordered),
        "p90": ordered[int(len(ordered) * 0.9)],
    }
`;

/** Writes the sources into the folder. */
export function writeSources(folder: string, data: PublicData): Source[] {
	const airports = JSON.stringify(JSON.stringify(data.airports));
	const sources = [
		{ name: "flights.list_flights", file: "list_flights.py", text: LIST_FLIGHTS(data.flightsJson) },
		{ name: "airports.lookup", file: "lookup.ts", text: LOOKUP(airports) },
		{ name: "stats.summarize", file: "summarize.py", text: SUMMARIZE },
	];
	for (const { file, text } of sources) writeFileSync(join(folder, file), text);
	return sources;
}
