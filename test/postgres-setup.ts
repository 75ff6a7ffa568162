import { openStore } from "@instant-ws/server/offline"
import type { TestProject } from "vitest/node"
import { findPostgres, PostgresCluster } from "./postgres-cluster.js"

declare module "vitest" {
  /** What the tests are told of the PostgreSQL that runs for all of them. */
  interface ProvidedContext {
    readonly postgres: ProvidedPostgres | null
  }
}

/** Where it is. */
export interface ProvidedPostgres {
  /** The URL of its database `postgres`. */
  readonly url: string
  /** The folder of its programs. */
  readonly programs: string
}

/** The name of a database that is up to date, for others to be made after. */
export const TEMPLATE = "instant_template"

/** Starts a PostgreSQL before the tests, and removes it after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const programs = await findPostgres()
  if (programs === undefined) {
    const missing = "there is no PostgreSQL here: install your system's package postgresql"
    if (process.env.CI === "true") throw new Error(`The tests can't run, for ${missing}.`)
    process.stdout.write(`The tests on PostgreSQL were left out, for ${missing}.\n`)
    project.provide("postgres", null)
    return async () => {}
  }
  const cluster = await PostgresCluster.make(programs)
  try {
    await cluster.query(`create database ${TEMPLATE}`)
    await (await openStore(cluster.url(TEMPLATE))).close()
  } catch (error) {
    await cluster[Symbol.asyncDispose]()
    throw error
  }
  project.provide("postgres", { url: cluster.url("postgres"), programs })
  return () => cluster[Symbol.asyncDispose]()
}
