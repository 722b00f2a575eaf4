import assert from 'node:assert/strict';
import { openEditor } from '../editor/editor.ts';

describe('read-only documents', () => {
  before(() => openEditor());

  it('are of their platform: another one has a run of the same name', async () => {
    const { shown } = await import('../editor/vscode.ts');
    const { ReadOnlyDocuments } = await import('../../../../src/extension/documents/read-only-documents.ts');
    const documents = new ReadOnlyDocuments();
    shown.documents.clear();
    for (const root of ['/here', '/there']) await documents.show({ root }, 'run/acme-1.json', root);
    assert.deepEqual([...shown.documents.values()], ['/here', '/there']);
    for (const address of shown.documents.keys()) assert.match(address, /\/run\/acme-1\.json$/);
    documents.dispose();
  });
});
