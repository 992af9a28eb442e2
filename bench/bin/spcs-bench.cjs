#!/usr/bin/env node
'use strict'
// CommonJS for the same reason as scripts/bin/spcs.cjs: the size of libuv's pool counts before its first use.
process.env.UV_THREADPOOL_SIZE ??= '16'
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

void import('@spcs/cli/run-sources').then(() => import('../spcs-bench.ts'))
