import { consul } from './subjects';
import { tryFaults } from './try-faults';

tryFaults(consul);
