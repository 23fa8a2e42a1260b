import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { Switch } from "../app/ports.ts";

/** Turns the switch; processors read it before every call that writes. */
export const writeSwitch = async (client: SSMClient, name: string, position: Switch): Promise<void> => {
  await client.send(new PutParameterCommand({ Name: name, Value: position, Type: "String", Overwrite: true }));
};
