// The program that the CDK's command runs; `npx turbo deploy` starts that, see deploy/.
import { App } from "aws-cdk-lib";
import { addStage } from "./add-stage.ts";
import { parseContext } from "./parse-context.ts";

const app = new App();
addStage(
  app,
  parseContext((name) => app.node.tryGetContext(name), process.env),
);
app.synth();
