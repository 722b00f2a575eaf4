import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Where the panel's bundle is, beside the extension's. */
export function panelResources(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'dist', 'webview');
}

/** The panel's page. Nothing runs in it but the panel's own bundle, and nothing is loaded but its style sheet. */
export function panelHtml(webview: vscode.Webview, extension: vscode.Uri): string {
  const resource = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(panelResources(extension), name)).toString();
  const nonce = randomBytes(16).toString('base64url');
  // The controls try out in a style element of their own whether the browser knows :focus-visible.
  const styleNonce = randomBytes(16).toString('base64url');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${styleNonce}'`,
  ].join('; ');
  const texts = JSON.stringify(vscode.l10n.bundle ?? {});
  return `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta property="csp-nonce" content="${styleNonce}">
  <meta name="l10n" content="${escaped(texts)}">
  <link rel="stylesheet" href="${escaped(resource('monitor.css'))}">
  <title>${escaped(vscode.l10n.t('mysimbdp Monitor'))}</title>
</head>
<body>
  <main id="monitor"></main>
  <script type="module" nonce="${nonce}" src="${escaped(resource('monitor.js'))}"></script>
</body>
</html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
