import { etcd2 } from './subjects';
import { tryFaults } from './try-faults';

tryFaults(etcd2);
