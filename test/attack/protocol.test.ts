import t from "tap";
import { attackGroup } from "./support/attack.ts";

await attackGroup(t, "protocol");
