// What was charged of a session beside what the client itself says it cost. The client also pays for
// requests that no transcript holds (titles, summaries), so that the two may differ.

/** From this share of the client's total on, a difference is reported. */
export const REPORTED_SHARE = 0.005

/** How much more the client says than was charged, as a share of what it says; 0 where both are nothing. */
export const differenceOf = (client: number, charged: number): number =>
  client === charged ? 0 : client === 0 ? -1 : (client - charged) / client

export const isReported = (client: number, charged: number): boolean =>
  Math.abs(differenceOf(client, charged)) > REPORTED_SHARE
