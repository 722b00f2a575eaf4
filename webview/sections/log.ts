import * as l10n from '@vscode/l10n';
import { count } from '../../src/cli/terminal/figures.ts';
import {
  bounds,
  logLevels,
  type LogFilter,
  type LogLevel,
  type Snapshots,
} from '../../src/extension/panel/panel-protocol.ts';
import { button, checkbox, dropdown, textField, type Control, type Dropdown } from '../controls.ts';
import { element, setText } from '../elements.ts';
import type { Host } from '../host.ts';
import { found, LogLines, type LogChange } from '../log-lines.ts';
import { logRow } from '../log-row.ts';
import { whole, type Section, type SectionView } from '../section.ts';

const everyTenant = '*';

/** The platform's log and those of its tenants, as they are written. */
export const log: Section = {
  id: 'log',
  title: () => l10n.t('Log'),
  mount: (host) => new Log(host),
};

class Log implements SectionView {
  readonly element: HTMLElement;
  readonly parts: SectionView['parts'];
  readonly #host: Host;
  readonly #lines = new LogLines();
  readonly #list = element('div', {
    class: 'lines',
    role: 'log',
    'aria-live': 'off',
    tabindex: 0,
    'aria-label': l10n.t('Log lines'),
  });
  readonly #status = element('span', { class: 'log-status', role: 'status' });
  /** Says that there are tenants that cannot be chosen here. */
  readonly #more = element('span', { class: 'log-status' });
  readonly #follow: Control<boolean>;
  readonly #pause: Control<string>;
  readonly #tenant: Dropdown;
  #search: string;
  #following: boolean;
  /** Folder of the platform whose log it is; undefined before it is known. */
  #platform: string | null | undefined;
  /** The filter that the host was asked for, until it has answered. */
  #asked: LogFilter | undefined;

  constructor(host: Host) {
    this.#host = host;
    const { level, tenant, search, follow } = host.state;
    this.#search = search;
    this.#following = follow;
    const levels = dropdown({
      label: l10n.t('Least level'),
      value: level,
      choices: logLevels.map((value) => ({ value, text: levelText(value) })),
      onChange: (value) => this.#filter({ level: value as LogLevel }),
    });
    this.#tenant = dropdown({
      label: l10n.t('Tenant'),
      value: tenant ?? everyTenant,
      choices: tenantChoices(tenant === null ? [] : [tenant]),
      onChange: (value) => this.#filter({ tenant: value === everyTenant ? null : value }),
    });
    const searching = textField({ label: l10n.t('Search'), value: search, onInput: (value) => this.#find(value) });
    this.#follow = checkbox({ label: l10n.t('Follow'), checked: follow, onChange: (on) => this.#setFollowing(on) });
    this.#pause = button({ label: l10n.t('Pause'), quiet: true, onClick: () => this.#togglePause() });
    const open = button({
      label: l10n.t('Open Log'),
      quiet: true,
      onClick: () => host.post({ type: 'openLog', tenant: host.state.tenant }),
    });
    const tools = [levels, this.#tenant, searching, this.#follow, this.#pause, open].map((control) => control.element);
    const toolbar = element(
      'div',
      { class: 'tools', role: 'group', 'aria-label': l10n.t('Log lines that are shown') },
      ...tools,
    );
    this.element = element('div', {}, toolbar, this.#more, this.#list, this.#status);
    this.#list.addEventListener('scroll', () => this.#scrolled());
    this.parts = {
      log: whole((part) => this.#take(part)),
      platforms: whole(({ shown }) => this.#changePlatform(shown)),
      platform: whole(({ tenantNames, tenants }) => {
        this.#tenant.setChoices(this.#choices(tenantNames));
        setText(this.#more, moreTenantsText(tenantNames.length, tenants));
        this.#more.hidden = tenants <= tenantNames.length;
      }),
    };
  }

  /** Another platform has other tenants. */
  #changePlatform(folder: string | null): void {
    const isOther = this.#platform !== undefined && this.#platform !== folder;
    this.#platform = folder;
    if (!isOther || this.#host.state.tenant === null) return;
    this.#tenant.set(everyTenant);
    this.#filter({ tenant: null });
  }

  #choices(tenants: readonly string[]) {
    const { tenant } = this.#host.state;
    return tenantChoices(tenant !== null && !tenants.includes(tenant) ? [tenant, ...tenants] : tenants);
  }

  #take(part: Snapshots['log']): void {
    const asked = this.#asked;
    const answer = asked?.level === part.filter.level && asked.tenant === part.filter.tenant;
    if (answer) this.#asked = undefined;
    const change = this.#lines.take(part, answer);
    if (change) this.#show(change);
    this.#showStatus();
  }

  #show({ reset, items }: LogChange): void {
    if (reset) this.#list.replaceChildren();
    const rows = items.filter((item) => found(item, this.#search)).map((item) => logRow(item, this.#search));
    this.#list.append(...rows.slice(-bounds.logLines));
    while (this.#list.childElementCount > bounds.logLines) this.#list.firstElementChild?.remove();
    if (this.#following) this.#toEnd();
  }

  #filter(change: Partial<LogFilter>): void {
    this.#host.keep(change);
    const { level, tenant } = this.#host.state;
    this.#asked = { level, tenant };
    this.#host.post({ type: 'filter', filter: this.#asked });
  }

  #find(search: string): void {
    this.#search = search;
    this.#host.keep({ search });
    this.#show({ reset: true, items: this.#lines.all() });
    this.#showStatus();
  }

  #togglePause(): void {
    if (this.#lines.paused) this.#show(this.#lines.resume());
    else this.#lines.pause();
    this.#pause.set(this.#lines.paused ? l10n.t('Resume') : l10n.t('Pause'));
    this.#list.classList.toggle('paused', this.#lines.paused);
    this.#showStatus();
  }

  #setFollowing(following: boolean): void {
    this.#following = following;
    this.#host.keep({ follow: following });
    if (following) this.#toEnd();
  }

  #toEnd(): void {
    this.#list.scrollTop = this.#list.scrollHeight;
  }

  /** Who scrolls up wants to read; who comes back to the end wants to go on. */
  #scrolled(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.#list;
    const atEnd = scrollTop + clientHeight >= scrollHeight - 24;
    if (atEnd === this.#following) return;
    this.#following = atEnd;
    this.#host.keep({ follow: atEnd });
    this.#follow.set(atEnd);
  }

  #showStatus(): void {
    setText(this.#status, this.#statusText());
  }

  #statusText(): string {
    const { paused, waiting, leftOut } = this.#lines;
    if (paused && waiting === 0) return l10n.t('Paused.');
    if (paused && waiting === 1) return l10n.t('Paused: 1 new line waits.');
    if (paused && leftOut === 0) return l10n.t('Paused: {0} new lines wait.', count(waiting));
    if (paused)
      return l10n.t('Paused: {0} new lines, the oldest {1} of them left out.', count(waiting), count(leftOut));
    const shown = this.#list.childElementCount;
    if (this.#search !== '') {
      const all = count(this.#lines.all().length);
      return shown === 1 ? l10n.t('1 line found in {0}.', all) : l10n.t('{0} lines found in {1}.', count(shown), all);
    }
    return shown === 0 ? l10n.t('No line yet under this filter: choose a lower level or all tenants.') : '';
  }
}

function moreTenantsText(offered: number, tenants: number): string {
  if (tenants <= offered) return '';
  return l10n.t(
    'The first {0} of {1} tenants can be chosen here; the log of any other is opened in the view Tenants.',
    count(offered),
    count(tenants),
  );
}

function tenantChoices(tenants: readonly string[]): { value: string; text: string }[] {
  return [
    { value: everyTenant, text: l10n.t('All tenants') },
    ...tenants.map((tenant) => ({ value: tenant, text: tenant })),
  ];
}

function levelText(level: LogLevel): string {
  const texts: Record<LogLevel, string> = {
    debug: l10n.t('Debug and above'),
    info: l10n.t('Info and above'),
    warn: l10n.t('Warnings and errors'),
    error: l10n.t('Errors'),
  };
  return texts[level];
}
