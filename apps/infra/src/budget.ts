import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import type { Construct } from "constructs";

/** Of what was planned, in percent: when it is spent, and when it is going to be. */
const THRESHOLDS = [
  { notificationType: "ACTUAL", threshold: 80 },
  { notificationType: "ACTUAL", threshold: 100 },
  { notificationType: "FORECASTED", threshold: 100 },
];

/** What the whole account may cost in a month. Nothing stops by itself when it costs more: somebody is told. */
export function createBudget(scope: Construct, options: { monthlyUsd: number; email?: string }): void {
  const { monthlyUsd, email } = options;
  new CfnBudget(scope, "Budget", {
    budget: {
      budgetType: "COST",
      timeUnit: "MONTHLY",
      budgetLimit: { amount: monthlyUsd, unit: "USD" },
    },
    notificationsWithSubscribers:
      email === undefined
        ? []
        : THRESHOLDS.map((threshold) => ({
            notification: { ...threshold, thresholdType: "PERCENTAGE", comparisonOperator: "GREATER_THAN" },
            subscribers: [{ subscriptionType: "EMAIL", address: email }],
          })),
  });
}
