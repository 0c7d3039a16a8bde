import t from "tap";
import { attackGroup } from "./support/group.ts";

await attackGroup(t, "resources");
