// Makes the workbench of the tests ready and says where its parts are, or what is missing. Run with: npm run workbench
import { workbenchPrograms } from '../test/workbench/harness/requirements.ts';

const programs = await workbenchPrograms(console.log);
if (typeof programs === 'string') {
  console.error(programs);
  process.exitCode = 1;
} else {
  console.log(`VS Code's server: ${programs.server}\nChromium: ${programs.chromium}`);
}
