import { zookeeper } from './subjects';
import { tryFaults } from './try-faults';

tryFaults(zookeeper);
