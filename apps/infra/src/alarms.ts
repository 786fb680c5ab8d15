import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  TreatMissingData,
  type IMetric,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";

export const PERIOD = Duration.minutes(5);

/** Something that is looked at, and from when on somebody has to know. */
export interface Watched {
  name: string;
  metric: IMetric;
  /** More than this within five minutes. */
  limit: number;
  /** What to do about it. */
  remedy: string;
}

/** An alarm for each, a topic that all of them tell, and a dashboard that shows them. */
export function createAlarms(
  scope: Construct,
  options: { stage: string; email?: string; watched: readonly Watched[] },
): Topic {
  const { stage, email, watched } = options;
  const place = new Construct(scope, "Watch");
  const topic = new Topic(place, "Alarms", { displayName: `Waybill ${stage}`, enforceSSL: true });
  if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
  for (const { name, metric, limit, remedy } of watched) {
    const alarm = new Alarm(place, name.replaceAll(/\W/g, ""), {
      metric,
      alarmDescription: `${name} of Waybill ${stage}. ${remedy}`,
      threshold: limit,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING, // nobody has called
    });
    alarm.addAlarmAction(new SnsAction(topic));
  }
  const dashboard = new Dashboard(place, "Dashboard", { defaultInterval: Duration.days(1) });
  dashboard.addWidgets(
    ...watched.map(({ name, metric }) => new GraphWidget({ title: name, left: [metric], width: 8 })),
  );
  return topic;
}

/** What AWS counts within five minutes. */
export const summed = { period: PERIOD, statistic: "Sum" };
