// What is measured of the recording and of snapshots. It is bundled as the program is.
export { ManualClock } from '../app/manual-clock';
export { MemoryStore } from '../app/dcs/memory-store';
export { PracticeHerd } from '../app/practice/herd';
export { Random } from '../app/practice/random';
export { pictureSection } from '../app/snapshot/file/write';
export { Mirror } from '../main/inspection/mirror';
export { Recorder } from '../main/recorder/recorder';
export { Recording } from '../main/recorder/recording';
export { fileInput } from '../main/snapshot/input';
export { openInputs } from '../main/snapshot/open-inputs';
export { writeSnapshotFile } from '../main/snapshot/write-file';
export { systemClock } from '../main/system-clock';
