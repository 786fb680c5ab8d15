import { describeStockTools } from "./describe-stock-tools.ts";
import { startStack } from "./start-stack.ts";

describeStockTools("the stand-in", startStack, { createsOnce: true });
