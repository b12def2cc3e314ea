/** The package's version, as `User-Agent` and `logsiren --version` tell it; a test holds it to package.json. */
export const version: string = '0.1.0'
