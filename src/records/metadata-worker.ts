import { serveThread, threadInput, type ThreadApi } from '../foundation/thread-call.ts';
import { openMetadata, type MetadataFiles } from './metadata-calls.ts';

// The thread that has the metadata database open: SQLite blocks its thread, and the control plane's is the editor's.
serveThread(callsOf(threadInput<MetadataFiles>()));

function callsOf(files: MetadataFiles): ThreadApi {
  try {
    return { ...openMetadata(files), opened: () => undefined };
  } catch (failure) {
    return {
      opened: () => {
        throw failure as Error;
      },
    };
  }
}
