import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundation/programs.ts';
import { activationEvents, allContributions } from '../../../src/extension/contributions/all.ts';

interface Manifest {
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command: string }[]>;
    configurationDefaults: Record<string, unknown>;
    viewsWelcome: { view: string }[];
    views: Record<string, { id: string }[]>;
    walkthroughs: { steps: { description: string; completionEvents: string[]; media: { markdown: string } }[] }[];
  };
}

describe('the contributions', () => {
  let manifest: Manifest;
  let texts: Record<string, string>;
  before(async () => {
    manifest = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as Manifest;
    texts = JSON.parse(await readFile(join(packageRoot, 'package.nls.json'), 'utf8')) as Record<string, string>;
  });

  it('in package.json and package.nls.json are those that src/extension/contributions declares (npm run contributions)', () => {
    const declared = allContributions();
    assert.deepEqual(manifest.activationEvents, activationEvents());
    assert.deepEqual(manifest.contributes, JSON.parse(JSON.stringify(declared.contributes)));
    assert.deepEqual(texts, declared.texts);
  });

  it('show no text that is not in package.nls.json, and no other is there', () => {
    const keys = [...JSON.stringify(manifest.contributes).matchAll(/"%([^"]+)%"/g)].map(([, key]) => key);
    assert.deepEqual([...new Set(keys)].sort(), Object.keys(texts).sort());
    assert.equal(new Set(keys).size, keys.length, 'a key stands for two texts');
    for (const { title } of manifest.contributes.commands) assert.match(title, /^%.+%$/);
  });

  it('name no command, view or file that is not there', () => {
    const { commands, menus, views, viewsWelcome, walkthroughs } = manifest.contributes;
    const known = new Set(commands.map(({ command }) => command));
    const named = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
    for (const text of Object.values(texts))
      for (const [, id] of text.matchAll(/\(command:([\w.]+)\)/g)) named.push(id ?? '');
    assert.deepEqual(
      named.filter((command) => !known.has(command)),
      [],
    );
    const viewIds = new Set(Object.values(views).flatMap((all) => all.map(({ id }) => id)));
    assert.deepEqual(
      viewsWelcome.filter(({ view }) => !viewIds.has(view)),
      [],
    );
    for (const { media } of walkthroughs.flatMap(({ steps }) => steps)) {
      assert.ok(existsSync(join(packageRoot, media.markdown)), media.markdown);
    }
  });

  it('tick each step of the walkthrough also by the commands that it offers', () => {
    for (const { description, completionEvents } of manifest.contributes.walkthroughs.flatMap(({ steps }) => steps)) {
      const offered = [...(texts[description.slice(1, -1)] ?? '').matchAll(/\(command:([\w.]+)\)/g)];
      assert.ok(offered.length > 0);
      for (const [, command] of offered) assert.ok(completionEvents.includes(`onCommand:${command}`), command);
    }
  });

  it('have the editor open what is in archive and quarantine to be read only', () => {
    assert.deepEqual(manifest.contributes.configurationDefaults['files.readonlyInclude'], {
      '**/.mysimbdp/archive/**': true,
      '**/.mysimbdp/quarantine/**': true,
    });
  });

  it('are each there once', () => {
    const ids = manifest.contributes.commands.map(({ command }) => command);
    assert.equal(new Set(ids).size, ids.length);
  });
});
