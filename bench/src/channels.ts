/** The name of a channel by its number. */
export function channelName(index: number): string {
  return `bench-${index}`
}

/** Where a publication goes when publications go round the channels in turn. */
export function turnOf(
  publication: number,
  channels: number,
): { readonly channel: number; readonly sequence: number } {
  return { channel: publication % channels, sequence: Math.floor(publication / channels) }
}

/** How many of so many publications went to a channel. */
export function publicationsIn(channel: number, publications: number, channels: number): number {
  return Math.ceil(Math.max(0, publications - channel) / channels)
}
