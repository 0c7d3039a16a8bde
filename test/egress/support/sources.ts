/**
 * Functions that tests load.
 * @module
 */
import type { Language } from "./function-process.ts";

/** Gets every address of `urls`: the answer's text, or the error. */
export const GET: Record<Language, string> = {
	python: `
import ssl, urllib.request
def main(urls, ca=None, body=None):
    context = ssl.create_default_context(cadata=ca) if ca else None
    def get(url):
        try:
            data = body.encode() if body else None
            return urllib.request.urlopen(url, data, context=context, timeout=20).read().decode()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return [get(url) for url in urls]
`,
	typescript: `
export default async function main({ urls, ca, body }: { urls: string[]; ca?: string; body?: string }) {
	const results: string[] = [];
	for (const url of urls) {
		try {
			const response = await fetch(url, { ...(body ? { method: "POST", body } : {}), ...(ca ? { tls: { ca } } : {}) } as RequestInit);
			results.push(response.ok ? await response.text() : \`HTTP \${response.status}\`);
		} catch (error) {
			const { name, message, code } = error as Error & { code?: string };
			results.push(\`\${name}: \${message} \${code ?? ""}\`);
		}
	}
	return results;
}
`,
};
