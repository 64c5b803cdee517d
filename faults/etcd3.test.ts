import { etcd3 } from './subjects';
import { tryFaults } from './try-faults';

tryFaults(etcd3);
