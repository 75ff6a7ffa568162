"use client"

export type { ChannelState } from "../live/claim-channel.js"
export type { MessagesOptions } from "../live/live-messages.js"
export { createHooks, type InstantHooks } from "./create-hooks.js"
export { useChannel, useMessages, usePresence, useStatus } from "./hooks.js"
export { InstantProvider, type InstantProviderProps, useInstantClient } from "./instant-provider.js"
