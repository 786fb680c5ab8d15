// The program that the CDK's command runs; `npx turbo deploy` starts that, see deploy/.
import { App } from "aws-cdk-lib";
import { addStage } from "./add-stage.ts";
import { createEdgeBundle } from "./edge-bundle.ts";
import { parseContext } from "./parse-context.ts";

const app = new App();
const options = parseContext((name) => app.node.tryGetContext(name), process.env);
addStage(app, { ...options, edge: createEdgeBundle(options.keys.door) });
app.synth();
