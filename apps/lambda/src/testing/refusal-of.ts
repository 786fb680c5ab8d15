/** What S3 would say itself: its status, code and words. */
export async function refusalOf(response: Response): Promise<string> {
  const text = await response.text();
  return `${response.status} ${/<Code>(.*)<\/Code>/.exec(text)?.[1]}: ${/<Message>(.*)<\/Message>/.exec(text)?.[1]}`;
}
