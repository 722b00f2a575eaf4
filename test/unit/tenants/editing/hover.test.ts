import assert from 'node:assert/strict';
import type { ProfileHover } from '../../../../src/tenants/editing/hover.ts';
import { hoverAt } from '../../../../src/tenants/editing/hover.ts';
import { platformFile } from '../platform-fixture.ts';
import { atCursor, typing, withEdited } from './fixture.ts';

async function hover(marked: string, tenant: string | null = 'shop'): Promise<ProfileHover | undefined> {
  const { text, offset } = atCursor(marked);
  return withEdited({ text, tenant }, (edited) => hoverAt(edited, offset));
}

describe('hover in a profile', () => {
  it('describes a key, with its type and what holds without it', async () => {
    const found = await hover(typing('maxFileSizeMb: 100', 'maxFile▮SizeMb: 100'));
    assert.match(found?.description ?? '', /Largest file/);
    assert.equal(found?.type, 'number');
    assert.deepEqual(found.effective, { value: 100, origin: 'profile' });
    assert.deepEqual(found.fallback, { value: 500, origin: 'platform' });
  });

  it('lists the values that there are', async () => {
    const found = await hover(typing('maxFiles: 2,', 'refused: lea▮ve,'));
    assert.deepEqual(found?.allowed, ['leave', 'quarantine']);
    assert.deepEqual(found.fallback, { value: 'leave', origin: 'default' });
  });

  it('says what the plan gives', async () => {
    const found = await hover(typing('batch:\n', 'batch:\n  quota: { mbPerDay▮: 5 }\n'));
    assert.deepEqual(found?.fallback, { value: 900, origin: 'plan', plan: 'gold' });
  });

  it('cuts a default that is above the limit of the platform, and says what was asked for', async () => {
    const resources = (text: string) => typing('    table: sales\n', `    table: sales\n    resources: { ${text} }\n`);
    const found = await hover(resources('memory▮Mb: 4096'));
    assert.deepEqual(found?.effective, { value: 1024, origin: 'platform', asked: 4096 });
    assert.deepEqual(found.fallback, { value: 512, origin: 'default' });
  });

  it('knows defaults that follow from others', async () => {
    const found = await hover(typing('maxFiles: 2,', 'max▮DecompressedMb: 5,'));
    assert.deepEqual(found?.fallback, { value: 50_000, origin: 'default' });
    const escape = await hover(typing('quote: none', "quote: '|', esc▮ape: '|'"));
    assert.deepEqual(escape?.fallback, { value: '|', origin: 'default' });
  });

  it('shows the columns of a table where it is named, and the type of a key column', async () => {
    const table = await hover(typing('table: sales', 'table: sa▮les'));
    assert.match(table?.description ?? '', /^Key: id, day\n|^Key: id \/ day\n/);
    assert.match(table?.description ?? '', /- `price` double/);
    assert.match((await hover(typing('[day]', '[d▮ay]')))?.description ?? '', /date/);
  });

  it('shows what a plan says', async () => {
    assert.match((await hover(typing('plan: gold', 'plan: go▮ld')))?.description ?? '', /- `weight`: 3\n/);
  });

  it('says nothing between things', async () => {
    assert.equal(await hover(typing('plan: gold\n', 'plan: gold\n  ▮ # what\n')), undefined);
  });

  it('says nothing of a file that nests deeper than the parser can go', async () => {
    const deep = `${'['.repeat(100_000)}▮${']'.repeat(100_000)}`;
    assert.equal(await hover(typing('plan: gold\n', `plan: ${deep}\n`)), undefined);
  });

  it('tells the defaults of mysimbdp.yaml', async () => {
    const found = await hover(platformFile.replace('memoryMb', 'memo▮ryMb'), null);
    assert.deepEqual(found?.effective, { value: 1024, origin: 'platform' });
    assert.deepEqual(found.fallback, { value: 2048, origin: 'default' });
  });
});
