import * as z from "zod";

/** One row of an `action/create` answer. `Errors` may be absent where `Success` is true. */
export const saveResult = z.object({
  Success: z.boolean(),
  Id: z.string().optional(),
  Errors: z.union([z.array(z.record(z.string(), z.unknown())), z.record(z.string(), z.unknown())]).nullish(),
});
