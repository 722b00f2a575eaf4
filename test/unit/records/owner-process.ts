// A process that owns a platform folder until it is ended. Arguments: the metadata file and the owner file.
import { MetadataStore } from '../../../src/records/metadata-store.ts';

const [metadata = '', owner = ''] = process.argv.slice(2);
const store = await MetadataStore.open({ metadata, owner });
await store.nextBatchNumber('gift_card');
process.stdout.write('owned\n');
