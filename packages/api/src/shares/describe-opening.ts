import type { Opening } from "./open-share.ts";
import type { SharePage } from "./share-page.ts";

/** What is answered to an opening that does not lead to the object at once. */
export interface OpeningDescription {
  /** Of the page. */
  status: number;
  code: string;
  /** For programs. */
  message: string;
  page: SharePage;
  retryAfterSeconds?: number;
}

export function describeOpening(opening: Exclude<Opening, { kind: "redirect" }>): OpeningDescription {
  switch (opening.kind) {
    case "not-found":
      return ending(404, "SHARE_NOT_FOUND", "Nothing here", "This link leads nowhere. Is all of it there?");
    case "ended":
      return ending(
        410,
        "SHARE_ENDED",
        "This link has ended",
        "Please ask whoever sent it to you for another one.",
      );
    case "too-many-attempts": {
      const { retryAfterSeconds } = opening;
      const minutes = Math.ceil(retryAfterSeconds / 60);
      const text = `Please try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
      return {
        ...ending(429, "TOO_MANY_ATTEMPTS", "Too many wrong passwords", text),
        retryAfterSeconds,
      };
    }
    case "wrong-password": {
      const problem = "This is not the password.";
      const page = { ...PASSWORD_PAGE, form: { asksPassword: true, problem } };
      return { status: 403, code: "PASSWORD_WRONG", message: problem, page };
    }
    case "form":
      return describeForm(opening);
  }
}

/** For a fault that is nobody's who follows a link. */
export const UNAVAILABLE: OpeningDescription = {
  ...ending(503, "UNAVAILABLE", "Not now", "This did not work. Please try again in a moment."),
  retryAfterSeconds: 5,
};

const PASSWORD_PAGE = {
  title: "A file for you",
  text: "Whoever sent you this link has given it a password.",
};

function describeForm(form: Extract<Opening, { kind: "form" }>): OpeningDescription {
  if (form.asksPassword) {
    const message = "This link has a password: POST it as a form, password=….";
    const page = { ...PASSWORD_PAGE, form: { asksPassword: true } };
    return { status: 200, code: "PASSWORD_NEEDED", message, page };
  }
  const { fileName: name, sizeBytes } = form;
  return {
    status: 200,
    code: "POST_NEEDED",
    message: "Downloads by this link are counted: POST to it for one.",
    page: {
      title: "A file for you",
      text: "This link is good for a certain number of downloads.",
      file: { name, sizeBytes },
      form: { asksPassword: false },
    },
  };
}

function ending(status: number, code: string, title: string, text: string): OpeningDescription {
  return { status, code, message: `${title}. ${text}`, page: { title, text } };
}
