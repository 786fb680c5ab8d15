/** A page that a {@link FormBrowser} has come to. */
export interface VisitedPage {
  /** Where all redirects led. */
  url: string;
  status: number;
  text: string;
  /** Its Content-Security-Policy. */
  policy: string;
}

/** As much of a browser as it takes to log in: cookies, redirects and forms, and no script. */
export interface FormBrowser {
  open(url: string): Promise<VisitedPage>;
  /** Send the page's form: hidden fields, and what is given. */
  submit(page: VisitedPage, fields?: Record<string, string>): Promise<VisitedPage>;
}

const MAX_REDIRECTS = 20;

/** @param options.stopAt - a redirect that leads there is not followed: nobody may listen there */
export function createFormBrowser(options: { stopAt?: string } = {}): FormBrowser {
  const cookies = new Map<string, string>();

  async function visit(address: string, form?: URLSearchParams): Promise<VisitedPage> {
    let [url, body] = [address, form];
    for (let redirects = 0; redirects < MAX_REDIRECTS; redirects++) {
      if (options.stopAt !== undefined && url.startsWith(options.stopAt))
        return { url, status: 0, text: "", policy: "" };
      const response = await fetch(url, {
        method: body === undefined ? "GET" : "POST",
        redirect: "manual",
        headers: {
          accept: "text/html",
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        },
        ...(body === undefined ? {} : { body }),
      });
      keepCookies(response);
      const location = response.headers.get("location");
      if (location === null) {
        const policy = response.headers.get("content-security-policy") ?? "";
        return { url, status: response.status, text: await response.text(), policy };
      }
      await response.body?.cancel();
      [url, body] = [new URL(location, url).href, undefined];
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects from ${new URL(address).pathname}`);
  }

  function keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "" || /expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
  }

  return {
    open: (url) => visit(url),
    submit({ url, text }, fields = {}) {
      const [, action] = /<form[^>]* action="([^"]+)"/.exec(text) ?? [];
      if (action === undefined) throw new Error(`there is no form on ${url}: ${text}`);
      const hidden = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      const values = hidden.map(([, name = "", value = ""]): [string, string] => [name, value]);
      return visit(new URL(action, url).href, new URLSearchParams([...values, ...Object.entries(fields)]));
    },
  };
}

/** Log a device in, as its user would: open its link, compare the code, choose who it is. */
export async function confirmDevice(
  verificationUriComplete: string,
  sub: string,
  browser: FormBrowser = createFormBrowser(),
): Promise<VisitedPage> {
  const sent = await browser.submit(await browser.open(verificationUriComplete));
  const chosen = await browser.submit(sent);
  return browser.submit(chosen, { user: sub });
}
