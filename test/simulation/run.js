// Loads TypeScript the way that tap does.
process.env.TS_NODE_TRANSPILE_ONLY = '1'
await import('@tapjs/typescript/import')
await import('./main.ts')
