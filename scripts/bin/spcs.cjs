#!/usr/bin/env node
'use strict'
// CommonJS, because DuckDB's queries run on libuv's pool: its size counts only before the pool's first
// use, and loading an ES module uses it.
process.env.UV_THREADPOOL_SIZE ??= '16'
// The AWS part of snowflake-sdk would warn on every start under Node 20.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

void import('./run-sources.mjs').then(() => import('../spcs.ts'))
