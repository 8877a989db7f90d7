/** A link to be signed by the service. */
export interface SignRequest {
  /** The app. It may be left out when there is one app, or when the client has one. */
  app_id?: string | undefined;
  /** The booking: 1 to 128 characters of `A–Z a–z 0–9 - _ . :`. */
  booking_id: string;
  /** The action: 1 to 64 characters of `a–z 0–9 _`. One that no graph has for a link is `unknown_action`. */
  action: string;
  /** Where the click redirects to: an `https` URL of at most 2,048 bytes. */
  redirect?: string | undefined;
  /** Seconds until the link expires, from 1 to 100 years. Without it, the app's own setting. */
  expires_in?: number | undefined;
  /** Whether the link asks before it acts. Without it, the app's own setting. */
  confirm?: boolean | undefined;
  /** The language of the pages: a BCP 47 tag of at most 35 characters. */
  lang?: string | undefined;
  /** An opaque id of the person to whom the link is sent: 1 to 256 characters. It proves nothing. */
  sub?: string | undefined;
  /** Whether to make a short link, too (`short_url`), for an SMS. The deployment must have them turned on. */
  short?: boolean | undefined;
}

/** What can be added to bookings: the customer's links, every link, the log of actions. */
export type Include = "customer_action_links" | "action_links" | "logs";

/** How bookings get links. */
export interface DecorateOptions<I extends Include = Include> {
  /** The app. It may be left out when there is one app, or when the client has one. */
  app_id?: string | undefined;
  /** What to add. By default, `["customer_action_links"]`. */
  include?: readonly I[] | undefined;
  /** Where clicks redirect to: an `https` URL of at most 2,048 bytes. */
  redirect?: string | undefined;
  /** Seconds until the links expire, from 1 to 100 years. Without it, the app's own setting. */
  expires_in?: number | undefined;
  /** The language of the pages: a BCP 47 tag of at most 35 characters. */
  lang?: string | undefined;
}

/** What a booking gets. The members that `include` asked for are always there. */
export type Links<I extends Include> = {
  /** The actions that are available in the booking's state. */
  available_actions: string[];
  /** One word why there are no links, when there are none. Write no mail then, or one without links. */
  links_unavailable?: string;
} & { [Name in Exclude<I, "logs">]: Record<string, string> } & ("logs" extends I ? { action_log?: unknown[] } : unknown);

/** A booking, a list of bookings, or an object that has either as `data`, with links added. */
export type Decorated<T, I extends Include> = T extends readonly unknown[]
  ? { [Index in keyof T]: T[Index] & Links<I> }
  : T extends { data: infer Data }
    ? Omit<T, "data"> & { data: Decorated<Data, I> }
    : T & Links<I>;

/** An action that the business takes itself, system actions such as `timeout` and `complete` included. */
export interface ActRequest {
  /** The app. It may be left out when there is one app, or when the client has one. */
  app_id?: string | undefined;
  /** The booking. */
  booking_id: string;
  /** Any action of the booking's graph. */
  action: string;
  /** Makes a repeated call change nothing: 1 to 256 printable ASCII characters, such as the id of the event that your function handles. By default, a new UUID. */
  request_id?: string | undefined;
  /** Why: kept in the booking's log. What is longer than 1,000 characters is cut. */
  message?: string | undefined;
}

/** What `act` has done. */
export interface ActReply {
  /** The booking. */
  id: string;
  /** Its state now. */
  state: string;
  /** The action. */
  action: string;
}
