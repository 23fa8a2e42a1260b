import { Annotations } from "aws-cdk-lib";
import { SecurityGroup, Vpc } from "aws-cdk-lib/aws-ec2";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import type { FunctionOptions } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { StageSettings } from "../settings-schema.ts";

/** What a company's account gives and demands: the network, and the key. */
export class Surroundings extends Construct {
  /** Absent where AWS's own keys will do. */
  readonly key: IKey | undefined;
  /** Absent where the functions run in Lambda's own network. */
  readonly network: Pick<FunctionOptions, "vpc" | "vpcSubnets" | "securityGroups"> | undefined;

  constructor(scope: Construct, id: string, { kmsKeyArn, network }: Pick<StageSettings, "kmsKeyArn" | "network">) {
    super(scope, id);
    this.key = kmsKeyArn === undefined ? undefined : Key.fromKeyArn(this, "Key", kmsKeyArn);
    this.network = network === undefined ? undefined : this.#inside(network);
  }

  #inside({ vpcId, availabilityZones, privateSubnetIds, securityGroupIds }: NonNullable<StageSettings["network"]>) {
    const vpc = Vpc.fromVpcAttributes(this, "Vpc", {
      vpcId,
      availabilityZones: [...availabilityZones],
      privateSubnetIds: [...privateSubnetIds],
    });
    for (const subnet of vpc.privateSubnets) {
      const routes = "Nobody here routes anything: the functions are put into the subnets as they are.";
      Annotations.of(subnet).acknowledgeWarning("@aws-cdk/aws-ec2:noSubnetRouteTableId", routes);
    }
    return {
      vpc,
      vpcSubnets: { subnets: vpc.privateSubnets },
      securityGroups: securityGroupIds.map((groupId) =>
        SecurityGroup.fromSecurityGroupId(this, groupId, groupId, { mutable: false }),
      ),
    };
  }
}
