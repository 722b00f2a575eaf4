// What the extension adds to the editor is declared here, typed; `npm run contributions` writes package.json's `contributes`
// from it, and its texts into package.nls.json. A test holds the three equal.

/** A command of the palette or of a menu. */
export interface CommandContribution {
  /** `mysimbdp.startPlatform` */
  command: string;
  /** Verb first: `Start Platform`. The category is added. */
  title: string;
  /**
   * Whether it connects, starts processes or reads secrets by the workspace's word: its handler refuses in a workspace that is not
   * trusted (`requireTrust`).
   */
  needsTrust: boolean;
  /** A codicon: `$(play)`. */
  icon?: string;
  /** When it can be run at all. */
  enablement?: string;
  /** When the palette shows it; absent: always; `false`: never, for it needs an argument that only its menus give. */
  palette?: string;
}

/** Where a command stands besides the palette. */
export interface MenuContribution {
  /** `view/item/context`, `view/title`, `editor/title`, `explorer/context` … */
  menu: string;
  command: string;
  when: string;
  /** `inline@1`, `navigation@2`, `1_run@1` … */
  group?: string;
}

export interface SettingContribution {
  /** `mysimbdp.…` */
  key: string;
  /** JSON schema of the value, with its default; `markdownDescription` is made of `description`. */
  schema: { type: string | string[]; default: unknown; enum?: string[]; minimum?: number; maximum?: number };
  description: string;
  scope: 'window' | 'resource' | 'machine' | 'application';
}

/** A part of the contributions: one concept's commands, menus and settings, beside each other. */
export interface Contributions {
  commands?: readonly CommandContribution[];
  menus?: readonly MenuContribution[];
  settings?: readonly SettingContribution[];
  /** Values that settings of the editor itself have unless the user sets them. */
  defaults?: Readonly<Record<string, unknown>>;
  /** Views by container; only the concept that owns a view contributes it. */
  views?: readonly { id: string; name: string; when?: string; icon?: string; type?: 'webview' }[];
  viewsWelcome?: readonly { view: string; contents: string; when?: string }[];
  /** What activates the extension beside its commands and views: `onWebviewPanel:…` */
  activation?: readonly string[];
  /** Any other contribution point, as package.json has it: `debuggers`, `walkthroughs`, `yamlValidation` … */
  other?: Readonly<Record<string, readonly unknown[]>>;
}
