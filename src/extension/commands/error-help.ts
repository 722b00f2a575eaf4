import * as vscode from 'vscode';
import type { Fault } from '../../foundation/errors.ts';

/** What can be done about an error right from its message. */
export interface ErrorAction {
  title: string;
  command: string;
  /** Instead of what the failed command was about. */
  argument?: string;
}

interface ErrorHelp {
  /** In place of the error's own, where that speaks of the command line. */
  hint?: string;
  actions: ErrorAction[];
}

/** An error that a person is meant to read: a `PlatformError`, or a `Fault` of a status. */
interface Told {
  code: string;
  hint?: string | undefined;
}

/** What a user of the editor can do next; undefined when nothing is known. */
export function hintOf(error: unknown): string | undefined {
  return helpOf(error)?.hint ?? (isTold(error) ? error.hint : undefined);
}

/** A fault with what a user of the editor can do. */
export function forEditor({ code, message, hint }: Fault): Fault {
  const told = hintOf({ code, hint });
  return { code, message, ...(told === undefined ? {} : { hint: told }) };
}

/** What is offered beside the log; none where nothing is known. */
export function actionsOf(error: unknown): ErrorAction[] {
  return helpOf(error)?.actions ?? [];
}

function helpOf(error: unknown): ErrorHelp | undefined {
  return isTold(error) && Object.hasOwn(helpByCode, error.code) ? helpByCode[error.code]?.() : undefined;
}

function isTold(error: unknown): error is Told {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}

const startPlatform = () => ({ title: vscode.l10n.t('Start Platform'), command: 'mysimbdp.startPlatform' });
const tryAgain = () => ({ ...startPlatform(), title: vscode.l10n.t('Try Again') });
const editSettings = () => ({ title: vscode.l10n.t('Choose Runtime'), command: 'mysimbdp.chooseRuntime' });
const openSite = (title: string, address: string) => ({
  title,
  command: 'vscode.open',
  argument: address,
});
const runDoctor = () => ({ title: vscode.l10n.t('Run Doctor'), command: 'mysimbdp.doctor' });
const showProvision = () => ({ title: vscode.l10n.t('Show Statements'), command: 'mysimbdp.showProvision' });
const createPlatform = () => ({ title: vscode.l10n.t('Create Platform Folder'), command: 'mysimbdp.createPlatform' });
const showTenants = () => ({ title: vscode.l10n.t('Show Tenants'), command: 'mysimbdp.tenants.focus' });
const showProblems = () => ({ title: vscode.l10n.t('Show Problems'), command: 'workbench.actions.view.problems' });
const addTenant = () => ({ title: vscode.l10n.t('Add Tenant'), command: 'mysimbdp.addTenant' });
const registerTenant = () => ({ title: vscode.l10n.t('Register Tenant'), command: 'mysimbdp.registerTenant' });

/** What can be wrong on the way to an external cluster; each says itself what to do, and the doctor shows every step. */
const ofConnections = [
  'HOST_NOT_RESOLVED',
  'CONNECTION_REFUSED',
  'CONNECTION_TIMED_OUT',
  'CONNECTION_FAILED',
  'SERVER_CERTIFICATE_UNTRUSTED',
  'SERVER_CERTIFICATE_WRONG_HOST',
  'SERVER_CERTIFICATE_EXPIRED',
  'SERVER_CERTIFICATE_NOT_YET_VALID',
  'CLIENT_CERTIFICATE_REQUIRED',
  'CLIENT_CERTIFICATE_REFUSED',
  'TLS_REQUIRED',
  'TLS_NOT_SPOKEN',
  'TLS_FAILED',
  'TLS_FILE_UNUSABLE',
  'NOT_THAT_SERVICE',
  'LOGIN_REQUIRED',
  'LOGIN_REFUSED',
  'SASL_MECHANISM_UNSUPPORTED',
  'SASL_NOT_SPOKEN',
  'DATA_CENTER_UNKNOWN',
  'BROKER_NOT_REACHABLE',
  'SERVER_TOO_OLD',
  'QUESTION_FAILED',
  'SECRET_MISSING',
];

/** By code. Every error whose own hint speaks of the command line has one for the editor here; a test holds it. */
const helpByCode: Readonly<Record<string, () => ErrorHelp>> = {
  WORKSPACE_NOT_TRUSTED: () => ({
    actions: [{ title: vscode.l10n.t('Manage Trust'), command: 'workbench.trust.manage' }],
  }),
  NO_PLATFORM: () => ({
    actions: [
      createPlatform(),
      { title: vscode.l10n.t('Add Folder to Workspace'), command: 'workbench.action.addRootFolder' },
    ],
  }),
  NOT_A_PLATFORM_FOLDER: () => ({
    hint: vscode.l10n.t('Create a platform folder, or open another one.'),
    actions: [createPlatform()],
  }),
  ALREADY_A_PLATFORM_FOLDER: () => ({
    hint: vscode.l10n.t('Open that folder, or choose another one.'),
    actions: [],
  }),
  PLATFORM_OWNED: () => ({
    hint: vscode.l10n.t('Another window or the command line has it, and does not answer. End that, then try again.'),
    actions: [tryAgain()],
  }),
  CONTROL_PLANE_UNREACHABLE: () => ({
    hint: vscode.l10n.t('Start the platform; its log tells why it has ended.'),
    actions: [startPlatform()],
  }),
  UNEXPECTED_ANSWER: () => ({
    hint: vscode.l10n.t('The running platform may be of another version: restart it.'),
    actions: [{ title: vscode.l10n.t('Restart Platform'), command: 'mysimbdp.restartPlatform' }],
  }),
  METADATA_CORRUPT: () => ({ actions: [runDoctor()] }),
  METADATA_UNAVAILABLE: () => ({ actions: [runDoctor()] }),
  PLATFORM_FILE_INVALID: () => ({
    hint: vscode.l10n.t('Correct mysimbdp.yaml first; the view Problems shows everything that is wrong.'),
    actions: [showProblems()],
  }),
  PROFILE_BROKEN: () => ({
    hint: vscode.l10n.t('The view Problems shows everything that is wrong.'),
    actions: [showProblems()],
  }),
  ENGINE_NOT_INSTALLED: () => ({
    hint: vscode.l10n.t('Install Docker, Docker Desktop, Colima or Podman, or use the embedded runtime.'),
    actions: [
      openSite(vscode.l10n.t('Install Docker'), 'https://docs.docker.com/get-started/get-docker/'),
      editSettings(),
    ],
  }),
  ENGINE_NOT_REACHABLE_FROM_HERE: () => ({
    hint: vscode.l10n.t('Mount the socket of the host, turn on the WSL integration, or use the embedded runtime.'),
    actions: [editSettings()],
  }),
  ENGINE_NOT_RUNNING: () => ({
    hint: vscode.l10n.t('Start the container engine, or use the embedded runtime.'),
    actions: [tryAgain(), editSettings()],
  }),
  ENGINE_PERMISSION_DENIED: () => ({ actions: [tryAgain()] }),
  ENGINE_UNREACHABLE: () => ({
    hint: vscode.l10n.t('Correct where the engine is said to be, or use the embedded runtime.'),
    actions: [tryAgain(), editSettings()],
  }),
  IMAGE_NOT_AVAILABLE: () => ({
    hint: vscode.l10n.t('Check the connection and the name of the image, or build it without a registry.'),
    actions: [tryAgain(), editSettings()],
  }),
  ENGINE_DISK_FULL: () => ({ actions: [tryAgain()] }),
  SERVICE_NOT_READY: () => ({ actions: [tryAgain()] }),
  CREDENTIALS_UNREADABLE: () => ({
    hint: vscode.l10n.t('Restore the file: without it the data in the containers cannot be reached.'),
    actions: [runDoctor()],
  }),
  CLUSTER_SIZE_FIXED: () => ({
    hint: vscode.l10n.t('Set nodes and brokers under runtime.docker in mysimbdp.yaml to what the data was made with.'),
    actions: [tryAgain()],
  }),
  UNKNOWN_SERVICE: () => ({
    hint: vscode.l10n.t('The view Platform shows the services that there are.'),
    actions: [],
  }),
  SERVICE_NOT_RUNNING: () => ({
    hint: vscode.l10n.t('Start the platform on the docker runtime first.'),
    actions: [startPlatform(), editSettings()],
  }),
  NO_CQLSH: () => ({
    hint: vscode.l10n.t(
      'Choose an image that has it, as the official one does, or connect with a client of this machine.',
    ),
    actions: [{ title: vscode.l10n.t('Copy Connection Settings'), command: 'mysimbdp.copyConnection' }],
  }),
  SERVICE_NOT_ANSWERING: () => ({
    hint: vscode.l10n.t('Its log tells more.'),
    actions: [],
  }),
  PROVISION_INCOMPLETE: () => ({
    hint: vscode.l10n.t('Hand the missing statements to an administrator of the cluster.'),
    actions: [showProvision(), runDoctor()],
  }),
  PERMISSION_MISSING: () => ({
    hint: vscode.l10n.t(
      'Hand the missing statements to an administrator of the cluster, or set provision: existing in mysimbdp.yaml.',
    ),
    actions: [showProvision(), runDoctor()],
  }),
  KEYSPACE_NOT_FOUND: () => ({ actions: [showProvision(), runDoctor()] }),
  COREDMS_UNTRUSTED: () => ({
    hint: vscode.l10n.t(
      "Check tls under runtime.external.cassandra in mysimbdp.yaml: ca has to be of who signs the servers' certificates, each of which has to name its host or address.",
    ),
    actions: [runDoctor()],
  }),
  EXTERNAL_NOT_CONFIGURED: () => ({ actions: [editSettings()] }),
  ...Object.fromEntries(ofConnections.map((code) => [code, () => ({ actions: [tryAgain(), runDoctor()] })])),
  NO_TENANT: () => ({ actions: [addTenant()] }),
  NOBODY_TAKES_IT: () => ({
    actions: [{ title: vscode.l10n.t('Edit Service Profile'), command: 'mysimbdp.editProfile' }, addTenant()],
  }),
  TENANT_NOT_FOUND: () => ({
    hint: vscode.l10n.t('The view Tenants shows those that there are.'),
    actions: [showTenants()],
  }),
  TENANT_NOT_PRESENT: () => ({
    hint: vscode.l10n.t('Create its folder, or remove the tenant.'),
    actions: [{ title: vscode.l10n.t('Remove Tenant'), command: 'mysimbdp.removeTenant' }],
  }),
  TENANT_EXISTS: () => ({
    hint: vscode.l10n.t('Choose another name, or register the tenant as it is.'),
    actions: [registerTenant()],
  }),
  TENANT_ALREADY_REGISTERED: () => ({
    hint: vscode.l10n.t('The view Tenants shows it.'),
    actions: [showTenants()],
  }),
  TENANT_NOT_REGISTERED: () => ({
    hint: vscode.l10n.t('Register the tenant first.'),
    actions: [registerTenant()],
  }),
  TENANT_DISABLED: () => ({
    hint: vscode.l10n.t('Enable the tenant first.'),
    actions: [{ title: vscode.l10n.t('Enable Tenant'), command: 'mysimbdp.enableTenant' }],
  }),
  TENANT_BUSY: () => ({
    hint: vscode.l10n.t('Cancel the run, or wait until it has ended; one that was cut off goes on with the platform.'),
    actions: [{ title: vscode.l10n.t('Show Runs'), command: 'mysimbdp.runs.focus' }],
  }),
  RUN_NOT_FOUND: () => ({
    hint: vscode.l10n.t('The view Runs shows what runs now.'),
    actions: [{ title: vscode.l10n.t('Show Runs'), command: 'mysimbdp.runs.focus' }],
  }),
  RUN_NOT_RECORDED: () => ({
    hint: vscode.l10n.t('The platform log tells why; most likely the disk is full or a folder is not writable.'),
    actions: [{ title: vscode.l10n.t('Show Platform Log'), command: 'mysimbdp.showPlatformLog' }],
  }),
};
